create or replace function loader.may_end(p_role oid)
returns boolean
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Whether the current role may end sessions of a role; otherwise pg_terminate_backend would raise an error.
    select case
        when r.rolsuper then me.rolsuper else pg_has_role(r.oid, 'usage') or pg_has_role('pg_signal_backend', 'usage')
    end
    from pg_roles as r cross join pg_roles as me
    where r.oid = p_role and me.rolname = current_user
$$;
comment on function loader.may_end(oid) is 'Whether sessions of a role may be ended by the current one.';
