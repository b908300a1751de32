create or replace function loader.recorded_tables(p_dataset text, p_place text)
returns table (
    entity text, name text, table_name text, key_columns text[], is_root boolean, made jsonb, mark text, marks boolean,
    oid oid, is_table boolean, schema_name text, schema_oid oid
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
-- The tables that the loader has created for users, as it has created them (loader.owned_object.made), and the
-- relations that have their names now. p_place: target, or old for what is left of the previous version, if that
-- has the same mapping. Missing tables that no load has ever filled are left out: the next load creates them.
#variable_conflict use_column
begin
    return query
    select
        t.entity, format('%I.%I', s.schema_name, t.table_name) as name, t.table_name, t.key_columns, t.is_root,
        o.made, o.mark, coalesce(d.settings ->> 'deletes' = 'mark', false) as marks, c.oid, c.relkind in ('r', 'p') as is_table,
        s.schema_name, n.oid as schema_oid
    from loader.dataset as d
    join loader.dataset_table as t on t.dataset = d.dataset
    join loader.dataset_schemas(d.dataset) as s on s.place = p_place
    join loader.owned_object as o on o.dataset = d.dataset and o.schema_name = s.schema_name
        and o.kind = 'relation' and o.object_name = t.table_name
    left join pg_namespace as n on n.nspname = s.schema_name
    left join pg_class as c on c.relnamespace = n.oid and c.relname = t.table_name
    where d.dataset = p_dataset and (p_place = 'old' or loader.is_current(d.dataset, t.entity))
        and (c.oid is not null or p_place = 'target' and exists (
            select 1 from loader.source as s join loader.load as l on l.load_id = s.load_id
            where s.dataset = d.dataset and t.entity = any (s.entities) and l.state = 'done'
        ));
end
$$;
comment on function loader.recorded_tables(text, text) is
'The tables that the loader has created for users, as recorded, and the relations that have their names now.';
