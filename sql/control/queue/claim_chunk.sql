create or replace function loader.claim_chunk(
    p_load bigint,
    p_worker text,
    p_lease interval default null,
    p_cursor bigint default 0,
    p_max_chunk_time interval default null,
    p_last bigint default null,
    p_partition integer default null,
    p_partitions integer default null
)
returns setof loader.chunk
language plpgsql
security definer
set search_path = loader, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Leases the first ready chunk behind p_cursor to p_worker: a row with its new lease_token, or none. A worker passes
-- the chunk_id of its last claim as p_cursor, so that it need not skip the dead index entries before it, and 0 once
-- nothing is found. p_last: no chunk behind this one. p_partition, p_partitions: only chunks of this partition (see
-- in_partition); only their expired leases are reclaimed.
-- Reclaims expired leases if nothing is ready, and otherwise ten times per lease duration and session: looking through
-- all leases at each claim would cost more than the claim. p_lease, p_max_chunk_time: null: the load's.
-- `chunk_id + 0` is the expression in the index chunk_ready.
-- Call it in a transaction of its own, because the lease must be visible at once. Raises LD002, 22023. Writes chunk,
-- chunk_attempt. Skips rows that other sessions have locked.
declare
    v_chunk chunk;
    v_lease interval := lease_time(p_load, p_lease);
    v_now timestamptz := clock();
    v_reclaimed_at timestamptz := nullif(current_setting('loader.reclaimed_at', true), '')::timestamptz;
begin
    perform assert_read_committed();
    perform assert_partition(p_partition, p_partitions);
    if v_reclaimed_at is null or v_now not between v_reclaimed_at and v_reclaimed_at + v_lease / 10 then
        perform reclaim_expired(p_load, p_max_chunk_time, p_partition => p_partition, p_partitions => p_partitions);
        perform set_config('loader.reclaimed_at', v_now::text, false);
    end if;
    for v_try in 1 .. 2 loop
        update chunk as c set
            state = 'leased', attempt = c.attempt + 1, worker = p_worker,
            lease_token = nextval('lease_token'), leased_until = v_now + v_lease,
            rows = null, filtered = 0, nulled = '{}'  -- what somebody may have staged by hand and not merged
        where c.chunk_id = (
            select r.chunk_id from chunk as r
            where r.load_id = p_load and r.state = 'ready' and r.chunk_id + 0 > p_cursor and r.ready_at <= v_now
                and (p_last is null or r.chunk_id + 0 <= p_last)
                and in_partition(r.source_id, r.number, p_partition, p_partitions)
            order by r.chunk_id + 0
            limit 1
            for no key update skip locked
        )
        returning c.* into v_chunk;
        exit when found or v_try = 2
            or reclaim_expired(p_load, p_max_chunk_time, p_partition => p_partition, p_partitions => p_partitions) = 0;
    end loop;
    if v_chunk.chunk_id is null then
        return;
    end if;
    insert into chunk_attempt (chunk_id, attempt, lease_token, worker, backend_pid, backend_start, started_at)
    values (
        v_chunk.chunk_id, v_chunk.attempt, v_chunk.lease_token, p_worker, pg_backend_pid(),
        (select a.backend_start from pg_stat_get_activity(pg_backend_pid()) as a), v_now
    );
    return next v_chunk;
end
$$;
comment on function loader.claim_chunk(bigint, text, interval, bigint, interval, bigint, integer, integer) is
'Leases the first ready chunk of a load to a worker.';
