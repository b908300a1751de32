create or replace function loader.fail_chunk(
    p_chunk bigint,
    p_token bigint,
    p_error text,
    p_terminal boolean default false,
    p_pause interval default '1 second'
)
returns text
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Records that an attempt failed; returns the new state of the chunk: ready (again after p_pause, which doubles with
-- each attempt, less a random part, so that chunks that blocked each other do not meet again) or dead (attempts used
-- up, or p_terminal: another attempt cannot help). Call it after the failed transaction was rolled back. Writes chunk,
-- chunk_attempt, event. Raises LD001.
declare
    v_chunk chunk;
    v_state text;
begin
    v_chunk := fence_chunk(p_chunk, p_token);
    v_state := case when p_terminal or v_chunk.attempt >= v_chunk.max_attempts then 'dead' else 'ready' end;
    update chunk_attempt as a set ended_at = clock(), outcome = 'failed', error = p_error
    where a.chunk_id = p_chunk and a.attempt = v_chunk.attempt;
    update chunk as c set
        state = v_state, lease_token = null, leased_until = null, error = p_error,
        ready_at = clock() + p_pause * power(2, least(v_chunk.attempt, 10) - 1) * (0.5 + random() / 2)
    where c.chunk_id = p_chunk;
    perform log_event(
        'chunk_' || case v_state when 'dead' then 'dead' else 'failed' end, p_error, v_chunk.load_id, v_chunk.source_id,
        p_chunk, case v_state when 'dead' then 'critical' else 'warning' end
    );
    return v_state;
end
$$;
comment on function loader.fail_chunk(bigint, bigint, text, boolean, interval) is
'Records that an attempt failed; returns the new state of the chunk, ready or dead.';
