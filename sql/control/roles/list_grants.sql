create or replace function loader.list_grants(p_relation oid)
returns table (grantee text, privilege text, column_name name, is_grantable boolean)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- The grants on a relation to others than its owner; column_name null: on the whole relation. Reads the catalogs.
    select
        case g.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end,
        g.privilege_type, g.attname, bool_or(g.is_grantable)
    from (
        select c.relowner, null::name as attname, x.grantee, x.privilege_type, x.is_grantable
        from pg_class as c cross join lateral aclexplode(c.relacl) as x
        where c.oid = p_relation
        union all
        select c.relowner, a.attname, x.grantee, x.privilege_type, x.is_grantable
        from pg_class as c
        join pg_attribute as a on a.attrelid = c.oid and not a.attisdropped
        cross join lateral aclexplode(a.attacl) as x
        where c.oid = p_relation
    ) as g
    where g.grantee <> g.relowner
        and (g.grantee = 0 or exists (select 1 from pg_roles as r where r.oid = g.grantee))
    group by g.grantee, g.privilege_type, g.attname
$$;
comment on function loader.list_grants(oid) is 'The grants on a relation, those on columns included.';
