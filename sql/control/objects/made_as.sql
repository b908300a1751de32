create or replace function loader.made_as(p_table oid)
returns jsonb
language sql
stable
set search_path = loader, pg_temp
as $$
    -- How the loader made a table (loader.describe_table); empty where it made none, or it does not matter how.
    select coalesce((
        select o.made from pg_class as c
        join pg_namespace as n on n.oid = c.relnamespace
        join owned_object as o on o.schema_name = n.nspname and o.kind = 'relation' and o.object_name = c.relname
        where c.oid = p_table
    ), '{}')
$$;
comment on function loader.made_as(oid) is 'How the loader made a table; empty where it made none.';
