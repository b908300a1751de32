create or replace function loader.note_frozen_worker(p_load bigint, p_message text)
returns void
language sql
security definer
set search_path = loader, pg_temp
as $$
    -- Records that a command has killed one of its workers, which showed no sign of life; only a warning, because
    -- another one takes its place. Writes event.
    select log_event('worker_frozen', p_message, p_load, p_level => 'warning')
$$;
comment on function loader.note_frozen_worker(bigint, text) is 'Records that a frozen worker was killed.';
