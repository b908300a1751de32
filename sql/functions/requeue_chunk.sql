create or replace function loader.requeue_chunk(p_chunk bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Puts a dead chunk back into the queue, when a person has mended the cause. Writes chunk, load, event. Raises LD013.
declare
    v_load bigint;
begin
    update chunk as c set
        state = 'ready', attempt = 0, max_attempts = 5, ready_at = '-infinity', error = null
    where c.chunk_id = p_chunk and c.state = 'dead'
    returning c.load_id into v_load;
    if not found then
        raise exception 'there is no dead chunk %', p_chunk using errcode = 'LD013';
    end if;
    delete from chunk_attempt as a where a.chunk_id = p_chunk;
    perform log_event('chunk_requeued', format('chunk %s is ready again', p_chunk), v_load, null, p_chunk);
end
$$;
comment on function loader.requeue_chunk(bigint) is 'Puts a dead chunk back into the queue.';
