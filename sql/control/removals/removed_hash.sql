create or replace function loader.removed_hash()
returns uuid
language sql
immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
    -- Stands for the hash of a delete record in a build and in staging, where it looks like a row that has only a key.
    -- No row in the tables has it, so a delete record is never unchanged, whatever its bytes.
    select 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid
$$;
comment on function loader.removed_hash() is 'Stands for the hash of a delete record, which leaves no row.';
