create or replace function loader.cancel_load(p_load bigint)
returns void
language sql
set search_path = loader, pg_temp
as $$
    -- Cancels an open load. Its workers stop at their next heartbeat; merges of chunks that are under way end before.
    select end_load(p_load, 'cancelled', 'cancelled by ' || session_user)
$$;
comment on function loader.cancel_load(bigint) is 'Cancels an open load.';
