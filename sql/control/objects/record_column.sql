create or replace function loader.record_column(p_table regclass, p_column text)
returns void
language sql
set search_path = loader, pg_temp
as $$
    -- Records a column that the loader has just added to a table that users query. Writes owned_object.
    update owned_object as o set made = jsonb_set(
        o.made, array['columns', p_column], (
            select t.description -> 'columns' -> p_column from describe_table(array[p_table]) as t
        )
    )
    from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where c.oid = p_table and o.schema_name = n.nspname and o.kind = 'relation' and o.object_name = c.relname
$$;
comment on function loader.record_column(regclass, text) is
'Records a column that the loader has just added to a table.';
