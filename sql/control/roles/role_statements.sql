create or replace function loader.role_statements(p_prefix text default 'loader', p_member text default session_user)
returns table (statement text, is_needed boolean, purpose text)
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- What remains to be done about roles outside of this database, as SQL for an administrator: the groups
-- <p_prefix>_owner, _worker and _reader, the rights of the owner, and p_member as its member (a superuser is anyway).
-- is_needed: without it loader.set_roles refuses. Raises 22023 (no prefix), 42622 (too long names). Changes nothing.
declare
    v_owner text := p_prefix || '_owner';
    -- From version 16 on, the creator of a role is its member, but may not act as it.
    v_acting text := case when current_setting('server_version_num')::integer < 160000 then 'member' else 'set' end;
begin
    if coalesce(p_prefix, '') = '' then
        raise exception 'the prefix of the roles is a name, such as loader' using errcode = '22023';
    end if;
    if octet_length(p_prefix || '_worker') > 63 then
        raise exception 'the names of roles would be longer than 63 bytes: %_worker', p_prefix using errcode = '42622';
    end if;
    return query
    select format('create role %I nologin', p_prefix || '_' || x.level), true, x.purpose
    from (
        values
        ('owner', 'owns everything, loads and publishes'),
        ('worker', 'loads chunks of loads that are open'),
        ('reader', 'reads tables, history and manifest')
    ) as x (level, purpose)
    where not exists (select 1 from pg_roles as r where r.rolname = p_prefix || '_' || x.level);
    return query
    select
        format('grant create on database %I to %I', current_database(), v_owner), true, 'makes schemas for new tables'
    where not exists (
        select 1 from pg_roles as r
        where r.rolname = v_owner and has_database_privilege(r.oid, current_database(), 'create')
    );
    return query
    select format('grant %I to %I', v_owner, p_member), true, 'acts as the owner'
    where not exists (
        select 1 from pg_roles as r where r.rolname = v_owner and pg_has_role(p_member, r.oid, v_acting)
    );
    return query
    select format('grant %I to %I', x.role_name, v_owner), false, x.purpose
    from (
        values
        ('pg_read_all_stats', 'tells which session of another role is that of a frozen worker'),
        ('pg_signal_backend', 'ends it')
    ) as x (role_name, purpose)
    where not exists (
        select 1 from pg_roles as r where r.rolname = v_owner and pg_has_role(r.oid, x.role_name, 'usage')
    );
end
$$;
comment on function loader.role_statements(text, text) is
'SQL that creates the group roles, as far as they are missing.';
