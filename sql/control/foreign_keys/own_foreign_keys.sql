create or replace function loader.own_foreign_keys(p_dataset text, p_crossing oid[] default null)
returns table (table_oid oid, referenced_oid oid, name name, is_valid boolean)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- The foreign keys that the loader itself made between the tables in use of a dataset (is_own_key).
    -- p_crossing: only those between one of these tables and any other.
    select k.conrelid, k.confrelid, k.conname, k.convalidated
    from dataset as d
    join pg_class as t on t.relnamespace = to_regnamespace(quote_ident(d.target_schema))
    join pg_constraint as k on k.conrelid = t.oid and k.contype = 'f'
    where d.dataset = p_dataset and is_own_key(k.conname, k.conrelid, k.confrelid)
        and (p_crossing is null or (k.conrelid = any (p_crossing)) <> (k.confrelid = any (p_crossing)))
$$;
comment on function loader.own_foreign_keys(text, oid[]) is
'The foreign keys that the loader made between the tables of a dataset.';
