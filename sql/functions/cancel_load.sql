create or replace function loader.cancel_load(p_load bigint)
returns void
language sql
set search_path = loader, pg_temp
as $$
    -- Gives an open load up. Its workers stop at their next heartbeat.
    update chunk_attempt as a set ended_at = clock(), outcome = 'released', error = 'the load was cancelled'
    from chunk as c
    where c.load_id = p_load and c.state = 'leased' and a.chunk_id = c.chunk_id and a.attempt = c.attempt;
    update chunk set state = 'ready', lease_token = null, leased_until = null
    where load_id = p_load and state = 'leased';
    select end_load(p_load, 'cancelled', 'cancelled by ' || session_user)
$$;
comment on function loader.cancel_load(bigint) is 'Gives an open load up.';
