-- How many changes a load has recorded, so that what somebody has removed of them is noticed.
alter table loader.load_entity add column changes bigint;
comment on column loader.load_entity.changes is
'Rows that the load has put into the change table of the entity; null: none, or by an older program.';
