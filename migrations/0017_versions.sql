-- How many versions sources have given of the records of an entity, so that what somebody has removed is noticed.
alter table loader.load_entity add column versions bigint;
comment on column loader.load_entity.versions is
'Versions of the entity that were kept once the load had made rows of them; null: none, or by an older program.';
