create or replace function loader.requeue_chunk(p_chunk bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Puts a dead chunk of an open load back into the queue, after somebody has fixed the cause. Writes chunk,
-- chunk_attempt, event. Locks load, chunk. Raises LD005 (the load is not open), LD013.
declare
    v_load load;
begin
    select l.* into v_load from chunk as c join load as l on l.load_id = c.load_id
    where c.chunk_id = p_chunk
    for share of l;
    if v_load.state <> 'open' then
        raise exception 'load % is %, so nothing more of it is loaded', v_load.load_id, v_load.state
            using errcode = 'LD005';
    end if;
    update chunk as c set
        state = 'ready', attempt = 0, max_attempts = load_limit(v_load.load_id, 'max_attempts')::integer,
        ready_at = '-infinity', error = null
    where c.chunk_id = p_chunk and c.state = 'dead';
    if not found then
        raise exception 'there is no dead chunk %', p_chunk using errcode = 'LD013';
    end if;
    delete from chunk_attempt as a where a.chunk_id = p_chunk;
    perform log_event('chunk_requeued', format('chunk %s is ready again', p_chunk), v_load.load_id, null, p_chunk);
end
$$;
comment on function loader.requeue_chunk(bigint) is 'Puts a dead chunk back into the queue.';
