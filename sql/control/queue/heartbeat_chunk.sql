create or replace function loader.heartbeat_chunk(p_chunk bigint, p_token bigint, p_lease interval default null)
returns text
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Renews the lease of a chunk, from a second connection. Returns renewed; busy: the row is locked because the worker's
-- own transaction is merging (a plain update would wait for its end); lost: another worker has the chunk, so the work
-- must be cancelled; overdue: the chunk was held for longer than the load's max_chunk_time, and its lease is no longer
-- renewed. p_lease null: the load's. Writes chunk.
declare
    v_load bigint;
    v_started timestamptz;
begin
    select c.load_id, a.started_at into v_load, v_started
    from chunk as c left join chunk_attempt as a on a.chunk_id = c.chunk_id and a.attempt = c.attempt
    where c.chunk_id = p_chunk and c.lease_token = p_token and c.state = 'leased';
    if not found then
        return 'lost';
    end if;
    if v_started < clock() - make_interval(secs => load_limit(v_load, 'max_chunk_time')) then
        return 'overdue';
    end if;
    update chunk as c set leased_until = clock() + lease_time(v_load, p_lease)
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
comment on function loader.heartbeat_chunk(bigint, bigint, interval) is
'Renews the lease of a chunk: renewed, busy, lost or overdue.';
