create or replace function loader.carry_grants(p_old oid, p_new oid, p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Gives a relation the grants of the one that it replaces, those that roles have passed on in the name of these, so that
-- they can take them back: where the present session may act as such a role, else in the name of the owner, which is
-- noted. The role sees the schema meanwhile. Writes event.
declare
    v_schema regnamespace := (select c.relnamespace from pg_class as c where c.oid = p_new);
    v_self text := current_setting('role');
    v_may text := case when current_setting('server_version_num')::integer >= 160000 then 'set' else 'member' end;
    v_grant record;
    v_hides boolean;
begin
    for v_grant in
        select
            g.grantor, g.grantee, format(
                'grant %s on %s to %s%s', g.privilege || coalesce(' (' || quote_ident(g.column_name) || ')', ''),
                p_new::regclass, g.grantee, case when g.is_grantable then ' with grant option' else '' end
            ) as statement
        from list_grants(p_old) as g
        where g.column_name is null
            or exists (select 1 from pg_attribute as b where b.attrelid = p_new and b.attname = g.column_name)
    loop
        if v_grant.grantor is null then
            execute v_grant.statement;
            continue;
        elsif not pg_has_role(session_user, v_grant.grantor, v_may) then
            execute v_grant.statement;
            perform log_event(
                'grantor_changed', format(
                    'what %I has granted to %s on %s is granted by the owner now: the role that loads may not act as %I',
                    v_grant.grantor, v_grant.grantee, p_old::regclass, v_grant.grantor
                ), p_load, p_level => 'warning'
            );
            continue;
        end if;
        v_hides := not has_schema_privilege(v_grant.grantor, v_schema, 'usage');
        if v_hides then
            execute format('grant usage on schema %s to %I', v_schema, v_grant.grantor);
        end if;
        perform set_config('role', v_grant.grantor, true);
        execute v_grant.statement;
        perform set_config('role', v_self, true);
        if v_hides then
            execute format('revoke usage on schema %s from %I', v_schema, v_grant.grantor);
        end if;
    end loop;
end
$$;
comment on function loader.carry_grants(oid, oid, bigint) is
'Gives a relation the grants of the one that it replaces, in the name of the roles that have given them.';
