create or replace function loader.restore_own_foreign_keys(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Creates the foreign keys of a load's dataset again, as before release_own_foreign_keys, because the rollback of the
-- load was refused after all. No reader waits for that. Raises 23503.
declare
    v_last bigint := last_load((select l.dataset from load as l where l.load_id = p_load));
begin
    perform add_own_foreign_keys(v_last, d.target_schema)
    from load as l join dataset as d using (dataset) where l.load_id = v_last;
    perform validate_own_foreign_keys(v_last);
end
$$;
comment on function loader.restore_own_foreign_keys(bigint) is
'Restores the foreign keys of a dataset after a rollback was refused.';
