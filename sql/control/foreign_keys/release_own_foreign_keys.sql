create or replace function loader.release_own_foreign_keys(p_load bigint, p_besides oid[] default '{}')
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Drops the foreign keys that the loader made between the tables of a load's dataset while it writes into them;
-- correct_merge or restore_own_foreign_keys creates them again. Waits for its locks, and for those on p_besides (tables
-- that the caller is about to alter), as a publication does: up to publish_wait, in attempts of 40 ms.
-- Raises LD007. Locks the tables that refer and are referred to, until the transaction ends.
declare
    v_dataset text := (select l.dataset from load as l where l.load_id = p_load);
begin
    perform lock_for_swap(
        array(
            select unnest(array[k.table_oid, k.referenced_oid]) from own_foreign_keys(v_dataset) as k
            union
            select unnest(p_besides)
        ),
        clock_timestamp() + make_interval(secs => load_limit(p_load, 'publish_wait'))
    );
    perform drop_own_foreign_keys(v_dataset);
end
$$;
comment on function loader.release_own_foreign_keys(bigint, oid[]) is
'Drops the foreign keys that the loader made while a load writes into their tables.';
