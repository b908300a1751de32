create or replace function loader.unknown_hash()
returns uuid
language sql
immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
    -- Hash of a row that has lost values, so that it equals no record. A version with the same place in conflict order
    -- wins over it, even from the dump that the row came from.
    select '00000000-0000-0000-0000-000000000000'::uuid
$$;
comment on function loader.unknown_hash() is 'Hash of a row that has lost values and has to be read again.';
