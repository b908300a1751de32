create or replace function loader.fence_chunk(p_chunk bigint, p_token bigint)
returns loader.chunk
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Locks the chunk for the caller's transaction, which must hold the lease; returns its row. This is the first statement
-- of the transaction that loads the chunk: from then on, nobody can reclaim it. Raises LD001, LD002. Locks chunk.
declare
    v_chunk chunk;
begin
    perform assert_read_committed();
    select c.* into v_chunk from chunk as c
    where c.chunk_id = p_chunk and c.lease_token = p_token and c.state = 'leased'
    for no key update;
    if not found then
        raise exception 'the lease % of chunk % is lost', p_token, p_chunk using errcode = 'LD001';
    end if;
    return v_chunk;
end
$$;
comment on function loader.fence_chunk(bigint, bigint) is
'Locks a chunk for the transaction that loads it; raises LD001 when the lease is lost.';
