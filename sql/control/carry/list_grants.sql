create or replace function loader.list_grants(p_relations oid[])
returns table (relation_oid oid, grantee text, privilege text, column_name name, is_grantable boolean, grantor name)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- The grants on relations to roles other than their owners, each before those that depend on it. column_name null:
    -- on the whole relation; grantor null: its owner. Reads the catalogs.
    select
        g.oid, case g.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end,
        g.privilege_type, g.attname, bool_or(g.is_grantable),
        case when g.grantor <> g.relowner then pg_get_userbyid(g.grantor) end
    from (
        select c.oid, c.relowner, null::name as attname, x.*
        from pg_class as c cross join lateral aclexplode(c.relacl) with ordinality as x
        where c.oid = any (p_relations)
        union all
        select c.oid, c.relowner, a.attname, x.*
        from pg_class as c
        join pg_attribute as a on a.attrelid = c.oid and not a.attisdropped
        cross join lateral aclexplode(a.attacl) with ordinality as x
        where c.oid = any (p_relations)
    ) as g
    where g.grantee <> g.relowner
        and (g.grantee = 0 or exists (select 1 from pg_roles as r where r.oid = g.grantee))
    group by g.oid, g.grantee, g.privilege_type, g.attname, g.grantor, g.relowner
    -- The server keeps grants in the order in which they were made; those on the relation come before those on columns.
    order by g.oid, g.attname nulls first, min(g.ordinality)
$$;
comment on function loader.list_grants(oid[]) is 'The grants on relations, those on columns included.';
