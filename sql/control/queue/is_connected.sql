create or replace function loader.is_connected(p_pid integer, p_start timestamptz)
returns boolean
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Whether the session to which a lease was given still exists; without it, the lease is of no use. Pids are used
    -- again. When a session of another role began is not visible to everyone; then the pid alone counts. In a copy of a
    -- database, it may be a session of the original.
    select exists (
        select from pg_stat_activity as a
        where a.pid = p_pid and coalesce(a.backend_start = p_start, true) and a.datname = current_database()
    )
$$;
comment on function loader.is_connected(integer, timestamptz) is
'Whether the session that a lease was given to is still there.';
