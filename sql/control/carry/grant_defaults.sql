create or replace function loader.grant_defaults(p_table oid)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Gives a table that was moved into its schema from another one the default privileges that its owner has for tables
-- there, as the server does for tables that are created in it.
declare
    v_statement text;
begin
    for v_statement in
        select format(
            'grant %s on %s to %s%s', g.privilege_type, c.oid::regclass,
            case g.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end,
            case when g.is_grantable then ' with grant option' else '' end
        )
        from pg_class as c
        join pg_default_acl as d on d.defaclnamespace = c.relnamespace and d.defaclrole = c.relowner
        cross join lateral aclexplode(d.defaclacl) as g
        where c.oid = p_table and d.defaclobjtype = 'r'
    loop
        execute v_statement;
    end loop;
end
$$;
comment on function loader.grant_defaults(oid) is
'Gives a table the default privileges of the schema into which it was moved.';
