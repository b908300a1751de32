create or replace function loader.note_frozen_worker(p_load bigint, p_message text)
returns void
language sql
security definer
set search_path = loader, pg_temp
as $$
    -- Notes that a command has killed one of its workers, which gave no sign of life; another takes its place, so it is
    -- no more than a warning. Writes event.
    select log_event('worker_frozen', p_message, p_load, p_level => 'warning')
$$;
comment on function loader.note_frozen_worker(bigint, text) is 'Records that a frozen worker was killed.';
