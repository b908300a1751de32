create or replace function loader.claim_chunk(
    p_load bigint,
    p_worker text,
    p_lease interval default '2 minutes',
    p_floor bigint default 0,
    p_max_chunk_time interval default '30 minutes'
)
returns setof loader.chunk
language plpgsql
set search_path = loader, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Gives the first ready chunk behind p_floor to p_worker, as a row with its new lease_token; no row when there is
-- none. A worker passes the chunk_id of its last claim as floor, so that it need not step over the dead index
-- entries that are in front of it, and 0 once nothing is found.
-- Call it in a transaction of its own: the lease must be visible at once. Raises LD002.
-- Writes chunk, chunk_attempt. Passes over rows that others have locked.
declare
    v_chunk chunk;
begin
    perform assert_read_committed();
    perform sweep_chunks(p_load, p_max_chunk_time);
    with pick as (
        select c.chunk_id from chunk as c
        where c.load_id = p_load and c.state = 'ready' and c.chunk_id > p_floor and c.ready_at <= clock()
        order by c.chunk_id
        limit 1
        for no key update skip locked
    )
    update chunk as c set
        state = 'leased', attempt = c.attempt + 1, worker = p_worker,
        lease_token = nextval('lease_token'), leased_until = clock() + p_lease
    from pick where c.chunk_id = pick.chunk_id
    returning c.* into v_chunk;
    if not found then
        return;
    end if;
    insert into chunk_attempt (chunk_id, attempt, lease_token, worker, backend_pid, backend_start, started_at)
    values (
        v_chunk.chunk_id, v_chunk.attempt, v_chunk.lease_token, p_worker, pg_backend_pid(),
        (select s.backend_start from pg_stat_activity as s where s.pid = pg_backend_pid()), clock()
    );
    return next v_chunk;
end
$$;
comment on function loader.claim_chunk(bigint, text, interval, bigint, interval) is
'Gives the first ready chunk of a load to a worker, with a lease.';
