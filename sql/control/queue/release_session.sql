create or replace function loader.release_session(p_load bigint)
returns integer
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Returns all sources and chunks of a load that this session holds; returns the number of chunks. So a worker that is
-- told to stop need not know whether its last claim succeeded. The attempts do not count. Writes source, chunk,
-- chunk_attempt.
declare
    v_chunk record;
    v_released integer := 0;
    v_began timestamptz := (select s.backend_start from pg_stat_get_activity(pg_backend_pid()) as s);
begin
    perform release_source(s.source_id, s.lease_token) from source as s
    where s.load_id = p_load and s.state = 'planning' and s.backend_pid = pg_backend_pid()
        and s.backend_start is not distinct from v_began;
    for v_chunk in
        select c.chunk_id, c.lease_token from chunk as c
        join chunk_attempt as a on a.chunk_id = c.chunk_id and a.attempt = c.attempt
        where c.load_id = p_load and c.state = 'leased' and a.backend_pid = pg_backend_pid()
            and a.backend_start is not distinct from v_began
        order by c.chunk_id
    loop
        perform release_chunk(v_chunk.chunk_id, v_chunk.lease_token);
        v_released := v_released + 1;
    end loop;
    return v_released;
end
$$;
comment on function loader.release_session(bigint) is
'Returns all sources and chunks of a load that this session holds to the queue; returns the number of chunks.';
