create or replace function loader.heartbeat(p_chunk bigint, p_token bigint, p_lease interval default '2 minutes')
returns text
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Renews a lease, from a second connection. Returns renewed; busy: the row is locked, so its own transaction is
-- merging (a plain update would wait for that to end); lost: somebody else has the chunk, cancel the work.
-- Writes chunk.
begin
    update chunk as c set leased_until = clock() + p_lease
    where c.chunk_id in (
        select o.chunk_id from chunk as o
        where o.chunk_id = p_chunk and o.lease_token = p_token and o.state = 'leased'
        for no key update skip locked
    );
    if found then
        return 'renewed';
    end if;
    if exists (
        select 1 from chunk as c where c.chunk_id = p_chunk and c.lease_token = p_token and c.state = 'leased'
    ) then
        return 'busy';
    end if;
    return 'lost';
end
$$;
comment on function loader.heartbeat(bigint, bigint, interval) is 'Renews a lease: renewed, busy or lost.';
