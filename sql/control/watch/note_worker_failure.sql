create or replace function loader.note_worker_failure(p_load bigint, p_worker text, p_error text)
returns void
language sql
security definer
set search_path = loader, pg_temp
as $$
    -- Records why a worker that could not continue has ended, after it has returned its chunks and sources. Writes
    -- event.
    select log_event('worker_failed', format('worker %s: %s', p_worker, p_error), p_load, p_level => 'error')
$$;
comment on function loader.note_worker_failure(bigint, text, text) is 'Records why a worker could not continue.';
