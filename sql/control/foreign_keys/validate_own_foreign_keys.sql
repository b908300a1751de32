create or replace function loader.validate_own_foreign_keys(p_load bigint, p_schema text default null)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Validates the foreign keys that the loader made in p_schema (null: the target) if the load's setting foreign_keys is
-- enforce. Raises 23503.
declare
    v_key record;
begin
    for v_key in
        select k.conrelid::regclass as table_name, k.conname
        from load as l
        join dataset as d using (dataset)
        join pg_class as t on t.relnamespace = to_regnamespace(quote_ident(coalesce(p_schema, d.target_schema)))
        join pg_constraint as k on k.conrelid = t.oid
        where l.load_id = p_load and l.settings ->> 'foreign_keys' = 'enforce'
            and k.contype = 'f' and not k.convalidated and is_own_key(k.conname, k.conrelid, k.confrelid)
    loop
        execute format('alter table %s validate constraint %I', v_key.table_name, v_key.conname);
    end loop;
end
$$;
comment on function loader.validate_own_foreign_keys(bigint, text) is
'Validates the foreign keys that the loader made, where a load enforces them.';
