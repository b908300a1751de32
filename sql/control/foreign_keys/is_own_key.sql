create or replace function loader.is_own_key(p_name name, p_table oid, p_referenced oid)
returns boolean
language sql
stable
set search_path = loader, pg_temp
as $$
    -- The only place that decides whether the loader made a foreign key: it has a name as add_own_foreign_keys gives
    -- it, and both tables are recorded as those of one dataset. A copy of a table in another schema has a key of the
    -- same name, which is its owner's.
    select p_name ~ '^loader_[0-9a-f]{32}$' and exists (
        select 1
        from pg_class as c
        join pg_namespace as n on n.oid = c.relnamespace
        join owned_object as o on o.schema_name = n.nspname and o.kind = 'relation' and o.object_name = c.relname
        where c.oid in (p_table, p_referenced)
        group by o.dataset having count(*) = case when p_table = p_referenced then 1 else 2 end
    )
$$;
comment on function loader.is_own_key(name, oid, oid) is
'Whether the loader made a foreign key, rather than a user.';
