create or replace function loader.release_chunk(p_chunk bigint, p_token bigint)
returns void
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Returns a chunk to the queue, for a worker that is told to stop; the attempt does not count. Writes chunk,
-- chunk_attempt. Raises LD001.
begin
    perform fence_chunk(p_chunk, p_token);
    update chunk_attempt as a set ended_at = clock(), outcome = 'released'
    where a.chunk_id = p_chunk and a.lease_token = p_token;
    update chunk as c set
        state = 'ready', lease_token = null, leased_until = null, max_attempts = c.max_attempts + 1
    where c.chunk_id = p_chunk;
end
$$;
comment on function loader.release_chunk(bigint, bigint) is
'Returns a chunk to the queue; the attempt does not count.';
