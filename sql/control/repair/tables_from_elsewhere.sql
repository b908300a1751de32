create or replace function loader.tables_from_elsewhere(p_dataset text, p_place text default 'target')
returns setof text
language plpgsql
stable
set search_path = loader, pg_temp
set plan_cache_mode = force_generic_plan
as $$
-- Tables of a dataset, in the schema of a place (dataset_schemas), without the stamp that the last load that wrote
-- them has recorded (stamp_tables): they, or the control tables, were restored from another time or database. If a
-- user has written another comment instead of the stamp, nothing is known. Reads the catalogs.
begin
    return query
    select o.object_name
    from dataset_schemas(p_dataset) as s
    join owned_object as o on o.dataset = p_dataset and o.schema_name = s.schema_name and o.kind = 'relation'
    join dataset_table as t on t.dataset = p_dataset and t.table_name = o.object_name
    join pg_namespace as n on n.nspname = o.schema_name
    join pg_class as c on c.relnamespace = n.oid and c.relname = o.object_name
    join pg_constraint as k on k.conrelid = c.oid and k.contype = 'p'
    left join pg_description as x on x.classoid = 'pg_class'::regclass and x.objoid = k.conindid and x.objsubid = 0
    where s.place = p_place and x.description is distinct from o.stamp
        and coalesce(x.description like 'Stamp of the loader: %', true)
    order by t.position;
end
$$;
comment on function loader.tables_from_elsewhere(text, text) is
'Tables of a dataset that were restored from another time or database than the control tables.';
