create or replace function loader.drop_own_foreign_keys(p_dataset text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Drops the foreign keys that the loader itself made between the tables of a dataset, while it loads: chunks arrive
-- in any order. add_own_foreign_keys sets them again. Users' foreign keys are not touched.
declare
    v_key record;
begin
    for v_key in
        select c.conrelid::regclass as table_name, c.conname
        from pg_constraint as c
        join pg_class as t on t.oid = c.conrelid
        join dataset as d on d.dataset = p_dataset and t.relnamespace = to_regnamespace(quote_ident(d.target_schema))
        where c.contype = 'f' and c.conname like 'loader\_%'
    loop
        execute format('alter table %s drop constraint %I', v_key.table_name, v_key.conname);
    end loop;
end
$$;
comment on function loader.drop_own_foreign_keys(text) is
'Drops the foreign keys that the loader made, while it loads.';
