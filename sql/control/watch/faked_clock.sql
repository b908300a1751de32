create or replace function loader.faked_clock(p_now text)
returns timestamptz
language sql
volatile
set search_path = loader, pg_temp
as $$
    -- What loader.clock() says where loader.now is set: that, to who belongs to the owner. At another time a worker
    -- would take what others hold, and end their sessions. Apart from clock(), which is called at every claim.
    select case when pg_has_role(session_user, n.nspowner, 'member') then p_now::timestamptz else clock_timestamp() end
    from pg_namespace as n where n.nspname = 'loader'
$$;
comment on function loader.faked_clock(text) is
'The time that a session of the owner has set, or else the current time.';
