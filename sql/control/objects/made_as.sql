create or replace function loader.made_as(p_tables oid[])
returns table (table_oid oid, made jsonb)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- How the loader created tables (loader.describe_table); empty if it did not create them, or if this does not
    -- matter.
    select t.oid, coalesce(o.made, '{}')
    from unnest(p_tables) as t (oid)
    left join pg_class as c on c.oid = t.oid
    left join pg_namespace as n on n.oid = c.relnamespace
    left join owned_object as o on o.schema_name = n.nspname and o.kind = 'relation' and o.object_name = c.relname
$$;
comment on function loader.made_as(oid[]) is 'How the loader created tables; empty for tables of other users.';
