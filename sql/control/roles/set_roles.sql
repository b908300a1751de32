create or replace function loader.set_roles(p_prefix text default 'loader')
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Sets up the groups <p_prefix>_owner, _worker and _reader, which must exist: the owner becomes the owner of everything
-- that the loader has created, the others are granted what they need, now and whenever something is created. May be
-- called again. Raises 42704 (a role is missing), 55000 (it may log in, or other roles are set already), LD003 (an
-- owner has to change while a load is open). Writes access_role.
declare
    v_missing text;
    v_roles text[] := array[p_prefix || '_owner', p_prefix || '_worker', p_prefix || '_reader'];
begin
    select string_agg(s.statement, '; ') into v_missing
    from role_statements(p_prefix, session_user) as s where s.is_needed;
    if v_missing is not null then
        raise exception 'the roles are not there yet'
            using errcode = '42704', hint = 'run as a superuser: ' || v_missing;
    end if;
    if exists (select 1 from access_role as a where role_of(a.level) is not null and a.role_name <> all (v_roles)) then
        raise exception 'the roles of this database are %', (select string_agg(a.role_name, ', ') from access_role as a)
            using errcode = '55000',
                hint = 'drop owned by the worker and the reader first, and delete from loader.access_role';
    end if;
    select string_agg(quote_ident(r.rolname), ', ') into v_missing
    from pg_roles as r where r.rolname = any (v_roles) and r.rolcanlogin;
    if v_missing is not null then
        raise exception 'roles that log in cannot be groups: %', v_missing
            using errcode = '55000', hint = 'choose another prefix, or: alter role … nologin';
    end if;
    insert into access_role (level, role_name)
    values ('owner', v_roles[1]), ('worker', v_roles[2]), ('reader', v_roles[3])
    on conflict (level) do update set role_name = excluded.role_name;
    perform hand_over(v_roles[1]);
    perform grant_access();
end
$$;
comment on function loader.set_roles(text) is
'Sets up the three group roles: transfers all objects to the owner, and grants the others what they need.';
