create or replace function loader.drop_own_foreign_keys(p_dataset text, p_crossing oid[] default null)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Drops the foreign keys that the loader itself made between the tables of a dataset: during a merge, because chunks
-- arrive in any order; or, at a swap, those between replaced tables (p_crossing) and tables that stay.
-- add_own_foreign_keys creates them again. Users' foreign keys are not touched.
declare
    v_key record;
begin
    for v_key in select k.table_oid, k.name from own_foreign_keys(p_dataset, p_crossing) as k loop
        execute format('alter table %s drop constraint %I', v_key.table_oid::regclass, v_key.name);
    end loop;
end
$$;
comment on function loader.drop_own_foreign_keys(text, oid[]) is 'Drops foreign keys that the loader made.';
