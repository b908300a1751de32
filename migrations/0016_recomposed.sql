-- How many rows a load has changed without having read a record of their keys.
alter table loader.load_entity add column recomposed bigint not null default 0;
comment on column loader.load_entity.recomposed is
'Rows that were inserted or updated though the load read no record of their keys: other sources count since.';
comment on column loader.load_entity.deleted is
'Rows removed, or marked as gone: the dump no longer holds them, or sources contradict each other on them.';
