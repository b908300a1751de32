-- Delete records: a new outcome of records, and how many of them a load has left.
alter table loader.chunk drop constraint chunk_balance;
alter table loader.chunk add column removed bigint not null default 0;
alter table loader.chunk add constraint chunk_balance
check (read = inserted + updated + removed + unchanged + duplicate + rejected);
comment on column loader.chunk.deleted is
'Rows removed: the dump no longer holds them, or a delete record names them.';
comment on column loader.chunk.removed is 'Delete records that deleted a row.';
alter table loader.source drop constraint source_balance;
alter table loader.source add column removed bigint not null default 0;
alter table loader.source add constraint source_balance
check (read = inserted + updated + removed + unchanged + duplicate + rejected);
comment on column loader.source.deleted is
'Rows removed: the dump no longer holds them, or a delete record names them.';
comment on column loader.source.removed is 'Delete records that deleted a row.';
alter table loader.load drop constraint load_balance;
alter table loader.load add column removed bigint not null default 0;
alter table loader.load add constraint load_balance
check (read = inserted + updated + removed + unchanged + duplicate + rejected);
comment on column loader.load.deleted is
'Rows removed: the dump no longer holds them, or a delete record names them.';
comment on column loader.load.removed is 'Delete records that deleted a row.';
alter table loader.load_entity add column removed bigint;
comment on column loader.load_entity.removed is
'Delete records of the entity that the load has left, which older versions do not win over.';
comment on column loader.load_entity.deleted is
'Rows removed, or marked as gone: the dump no longer holds them, a delete record names them, or sources contradict.';
comment on constraint chunk_balance on loader.chunk is 'Every record that was read is accounted for.';
comment on constraint source_balance on loader.source is 'Every record is accounted for.';
comment on constraint load_balance on loader.load is 'Every record is accounted for.';
