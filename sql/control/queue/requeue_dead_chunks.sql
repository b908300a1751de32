create or replace function loader.requeue_dead_chunks(p_load bigint)
returns bigint
language sql
set search_path = loader, pg_temp
as $$
    -- Puts all dead chunks of an open load back into the queue; returns their number. Writes, locks and raises as
    -- requeue_chunk does.
    select count(*) from (
        select requeue_chunk(c.chunk_id) from chunk as c where c.load_id = p_load and c.state = 'dead' order by c.chunk_id
    ) as requeued
$$;
comment on function loader.requeue_dead_chunks(bigint) is 'Puts all dead chunks of a load back into the queue.';
