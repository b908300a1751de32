create or replace function loader.record_id(p_source bigint, p_record bigint)
returns bigint
language sql
immutable parallel safe
-- The number of a record among those of all sources, as in _rec of child tables and in generated keys. The engines
-- compute it with RECORD_BITS of loader/mapping/tables.py.
-- Names are resolved when the function is created, and queries contain its expression instead.
return (p_source << 40) | p_record;
comment on function loader.record_id(bigint, bigint) is
'The number of a record among those of all sources: source * 2^40 + record.';
