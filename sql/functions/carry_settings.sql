create or replace function loader.carry_settings(p_old oid, p_new oid)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Gives the new relation the grants (columns' too), the owner and the storage settings of the old one.
declare
    v_grant record;
    v_option text;
    v_kind text := case (select c.relkind from pg_class as c where c.oid = p_new) when 'm' then 'materialized view' else 'table' end;
begin
    for v_grant in
        select
            g.privilege_type || coalesce(format(' (%I)', g.attname), '') as privilege, g.is_grantable,
            case g.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end as grantee
        from (
            select x.privilege_type, x.is_grantable, x.grantee, null::name as attname
            from pg_class as c cross join lateral aclexplode(c.relacl) as x
            where c.oid = p_old and x.grantee <> c.relowner
            union all
            select x.privilege_type, x.is_grantable, x.grantee, a.attname
            from pg_attribute as a cross join lateral aclexplode(a.attacl) as x
            where a.attrelid = p_old and not a.attisdropped
                and exists (select 1 from pg_attribute as b where b.attrelid = p_new and b.attname = a.attname)
        ) as g
        where g.grantee = 0 or exists (select 1 from pg_roles as r where r.oid = g.grantee)
    loop
        execute format(
            'grant %s on %s to %s%s', v_grant.privilege, p_new::regclass, v_grant.grantee,
            case when v_grant.is_grantable then ' with grant option' else '' end
        );
    end loop;
    for v_option in select unnest(c.reloptions) from pg_class as c where c.oid = p_old loop
        execute format('alter %s %s set (%s)', v_kind, p_new::regclass, v_option);
    end loop;
    if (select c.relowner from pg_class as c where c.oid = p_old) <> (select c.relowner from pg_class as c where c.oid = p_new) then
        execute format(
            'alter %s %s owner to %I', v_kind, p_new::regclass,
            (select pg_get_userbyid(c.relowner) from pg_class as c where c.oid = p_old)
        );
    end if;
end
$$;
comment on function loader.carry_settings(oid, oid) is
'Gives a new relation the grants, owner and storage settings of the one it replaces.';
