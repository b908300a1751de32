create or replace function loader.validate_own_foreign_keys(p_dataset text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Validates the foreign keys that the loader made, where the dataset's setting is enforce. Raises 23503.
declare
    v_key record;
begin
    for v_key in
        select c.conrelid::regclass as table_name, c.conname
        from dataset as d
        join pg_class as t on t.relnamespace = to_regnamespace(quote_ident(d.target_schema))
        join pg_constraint as c on c.conrelid = t.oid
        where d.dataset = p_dataset and d.settings ->> 'foreign_keys' = 'enforce'
            and c.contype = 'f' and c.conname like 'loader\_%' and not c.convalidated
    loop
        execute format('alter table %s validate constraint %I', v_key.table_name, v_key.conname);
    end loop;
end
$$;
comment on function loader.validate_own_foreign_keys(text) is
'Validates the foreign keys that the loader made, where the dataset enforces them.';
