create or replace function loader.cancel_load(p_load bigint)
returns void
language sql
set search_path = loader, pg_temp
as $$
    -- Gives an open load up. Its workers stop at their next heartbeat; chunks that are being merged end before.
    select end_load(p_load, 'cancelled', 'cancelled by ' || session_user)
$$;
comment on function loader.cancel_load(bigint) is 'Cancels an open load.';
