create or replace function loader.carry_settings(p_old oid, p_new oid, p_load bigint)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Gives the new relation exactly the grants (columns' too) of the old one, its owner, and what else users have
-- set on it (carried_properties). The indexes of both are there already.
declare
    v_grantee text;
    v_statement text;
    v_owner oid := (select c.relowner from pg_class as c where c.oid = p_old);
begin
    -- What default privileges, or an earlier try, have given. The cascade is one of grants: nothing is dropped.
    for v_grantee in
        select distinct g.grantee from loader.list_grants(p_new) as g
    loop
        execute format('revoke all on %s from %s cascade', p_new::regclass, v_grantee);
    end loop;
    perform loader.carry_grants(p_old, p_new, p_load);
    for v_statement in
        select c.statement from loader.carried_properties(p_old, p_new) as c (statement)
    loop
        execute v_statement;
    end loop;
    -- A materialized view goes to its owner in its own schema, where that one may make something.
    if v_owner <> (select c.relowner from pg_class as c where c.oid = p_new and c.relkind <> 'm') then
        execute format('alter table %s owner to %I', p_new::regclass, pg_get_userbyid(v_owner));
    end if;
end
$$;
comment on function loader.carry_settings(oid, oid, bigint) is
'Gives a new relation the grants, owner and settings of the one it replaces.';
