create or replace function loader.end_load(p_load bigint, p_state text, p_error text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Ends an open load without publishing it: failed or cancelled. What was merged stays; shadow tables are dropped when
-- the next load begins. No worker continues with it (close_queue).
-- Writes load, source, chunk, chunk_attempt, history, event. Locks load, source, chunk. Raises LD013.
begin
    update load as l set state = p_state, finished_at = clock(), error = p_error
    where l.load_id = p_load and l.state in ('open', 'built');
    if not found then
        raise exception 'load % is not open', p_load using errcode = 'LD013';
    end if;
    perform close_queue(p_load);
    perform forget_changes(l.dataset, p_load, p_load) from load as l where l.load_id = p_load and l.changes is not null;
    -- A merge works without the dataset's foreign keys. They come back NOT VALID, whatever the merge has left.
    perform add_own_foreign_keys(p_load, d.target_schema)
    from load as l join dataset as d using (dataset) where l.load_id = p_load and l.mode = 'merge';
    perform log_event(
        'load_' || p_state, p_error, p_load, p_level => case p_state when 'failed' then 'error' else 'info' end
    );
end
$$;
comment on function loader.end_load(bigint, text, text) is 'Ends an open load unpublished: failed or cancelled.';
