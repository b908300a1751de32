create or replace function loader.note_outage(p_load bigint, p_seconds numeric, p_tries integer, p_error text)
returns void
language sql
security definer
set search_path = loader, pg_temp
as $$
    -- Records that the server could not be reached: called by the first session that could connect again. The start is
    -- given as a duration, because clocks of hosts differ. Writes event.
    select log_event(
        'circuit_opened', format('the server does not answer: %s', p_error), p_load, null, null, 'warning',
        jsonb_build_object('since', clock() - make_interval(secs => p_seconds))
    ),
    log_event(
        'circuit_closed', format('the server answers again, after %s s and %s attempts', round(p_seconds, 1), p_tries),
        p_load, null, null, 'warning', jsonb_build_object('seconds', round(p_seconds, 3), 'tries', p_tries)
    )
$$;
comment on function loader.note_outage(bigint, numeric, integer, text) is
'Records for how long the server could not be reached.';
