create or replace function loader.faked_clock(p_now text)
returns timestamptz
language sql
volatile
set search_path = loader, pg_temp
as $$
    -- The time of loader.clock() if loader.now is set: that one for members of the owner, for others the current time,
    -- because with another time a worker would reclaim other workers' chunks, and end their sessions. Separate from
    -- clock(), which is called at every claim.
    select case when pg_has_role(session_user, n.nspowner, 'member') then p_now::timestamptz else clock_timestamp() end
    from pg_namespace as n where n.nspname = 'loader'
$$;
comment on function loader.faked_clock(text) is
'The time that a session of the owner has set, or else the current time.';
