create or replace function loader.carry_grants(p_old oid[], p_new oid[], p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Gives relations the grants of those that they replace. What a role has granted is granted in the name of this role
-- again, so that it can revoke it, if the session may act as this role; otherwise in the name of the owner, which is
-- logged. Meanwhile, the role gets usage of the schema. Writes event.
declare
    v_self text := current_setting('role');
    v_may text := case when current_setting('server_version_num')::integer >= 160000 then 'set' else 'member' end;
    v_grant record;
    v_hides boolean;
begin
    for v_grant in
        select
            g.grantor, g.grantee, x.old_oid, c.relnamespace::regnamespace as schema_name, format(
                'grant %s on %s to %s%s', g.privilege || coalesce(' (' || quote_ident(g.column_name) || ')', ''),
                x.new_oid::regclass, g.grantee, case when g.is_grantable then ' with grant option' else '' end
            ) as statement
        from list_grants(p_old) with ordinality as g
        join unnest(p_old, p_new) as x (old_oid, new_oid) on x.old_oid = g.relation_oid
        join pg_class as c on c.oid = x.new_oid
        where g.column_name is null
            or exists (select 1 from pg_attribute as b where b.attrelid = x.new_oid and b.attname = g.column_name)
        order by g.ordinality
    loop
        if v_grant.grantor is null then
            execute v_grant.statement;
            continue;
        elsif not pg_has_role(session_user, v_grant.grantor, v_may) then
            execute v_grant.statement;
            perform log_event(
                'grantor_changed', format(
                    'what %I has granted to %s on %s is granted by the owner now: the role that loads may not act as %I',
                    v_grant.grantor, v_grant.grantee, v_grant.old_oid::regclass, v_grant.grantor
                ), p_load, p_level => 'warning'
            );
            continue;
        end if;
        v_hides := not has_schema_privilege(v_grant.grantor, v_grant.schema_name, 'usage');
        if v_hides then
            execute format('grant usage on schema %s to %I', v_grant.schema_name, v_grant.grantor);
        end if;
        perform set_config('role', v_grant.grantor, true);
        execute v_grant.statement;
        perform set_config('role', v_self, true);
        if v_hides then
            execute format('revoke usage on schema %s from %I', v_grant.schema_name, v_grant.grantor);
        end if;
    end loop;
end
$$;
comment on function loader.carry_grants(oid[], oid[], bigint) is
'Gives relations the grants of those that they replace, in the name of the roles that have given them.';
