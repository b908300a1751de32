create or replace function loader.carry_settings(p_old oid[], p_new oid[], p_load bigint)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Gives new relations exactly the grants (also those on columns) and owners of the old ones, and what else users have
-- set on these (carried_properties). The indexes of both exist already.
declare
    v_statement text;
begin
    for v_statement in
        -- Grants by default privileges, or by an earlier attempt. Cascade concerns grants only: nothing is dropped.
        select distinct format('revoke all on %s from %s cascade', g.relation_oid::regclass, g.grantee)
        from loader.list_grants(p_new) as g
    loop
        execute v_statement;
    end loop;
    perform loader.carry_grants(p_old, p_new, p_load);
    for v_statement in
        select c.statement from loader.carried_properties(p_old, p_new) as c (statement)
        union all
        -- A materialized view gets its owner in its own schema, because the owner must be allowed to create objects
        -- there.
        select format('alter table %s owner to %I', n.oid::regclass, pg_get_userbyid(o.relowner))
        from unnest(p_old, p_new) as x (old_oid, new_oid)
        join pg_class as o on o.oid = x.old_oid
        join pg_class as n on n.oid = x.new_oid
        where n.relkind <> 'm' and n.relowner <> o.relowner
    loop
        execute v_statement;
    end loop;
end
$$;
comment on function loader.carry_settings(oid[], oid[], bigint) is
'Gives new relations the grants, owners and settings of those that they replace.';
