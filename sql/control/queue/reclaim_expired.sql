create or replace function loader.reclaim_expired(
    p_load bigint,
    p_max_chunk_time interval default null,
    p_limit integer default 10,
    p_vanished boolean default false,
    p_partition integer default null,
    p_partitions integer default null
)
returns integer
language plpgsql
set search_path = loader, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Reclaims chunks whose lease has expired; returns their number. A chunk that is being merged is safe: its row is
-- locked, and locked rows are skipped. Only if it stays locked beyond p_max_chunk_time (null: the load's), its worker
-- counts as frozen: the server process is terminated, which releases the lock for the next call.
-- p_vanished: also reclaim, before they expire, leases whose server process no longer exists.
-- Such leases are found by their tokens before their rows are locked: if another call has reclaimed a chunk and a
-- worker has claimed it meanwhile, the statement that locks the row sees the new lease, but not the new attempt.
-- p_partition, p_partitions: only of this partition, as in claim_chunk.
-- Writes chunk, chunk_attempt, event. Called by loader.claim_chunk; bounded, so that no claim is delayed.
declare
    v_reclaimed integer;
    v_frozen record;
    v_now timestamptz := clock();
    v_gone bigint [] := '{}';
    v_longest interval := coalesce(p_max_chunk_time, make_interval(secs => load_limit(p_load, 'max_chunk_time')));
begin
    if p_vanished then
        v_gone := array(
            select c.lease_token from chunk as c
            where c.load_id = p_load and c.state = 'leased' and not exists (
                select 1 from chunk_attempt as a
                where a.chunk_id = c.chunk_id and a.attempt = c.attempt and is_connected(a.backend_pid, a.backend_start)
            )
        );
    end if;
    with expired as (
        select c.chunk_id from chunk as c
        where c.load_id = p_load and c.state = 'leased' and (c.leased_until < v_now or c.lease_token = any (v_gone))
            and in_partition(c.source_id, c.number, p_partition, p_partitions)
        order by c.chunk_id
        limit p_limit
        for no key update skip locked
    ), taken as (
        update chunk as c set
            state = case when c.attempt >= c.max_attempts then 'dead' else 'ready' end,
            lease_token = null, leased_until = null,
            error = format('the lease of attempt %s (%s) expired', c.attempt, c.worker)
        from expired where c.chunk_id = expired.chunk_id
        returning c.chunk_id, c.attempt, c.state, c.error
    ), ended as (
        update chunk_attempt as a set ended_at = v_now, outcome = coalesce(a.outcome, 'expired'), error = taken.error
        from taken where a.chunk_id = taken.chunk_id and a.attempt = taken.attempt
        returning a.chunk_id, log_event(
            'lease_expired', taken.error, p_load, null, taken.chunk_id,
            case taken.state when 'dead' then 'critical' else 'warning' end
        )
    )
    select count(*) into v_reclaimed from ended;
    if not exists (
        select 1 from chunk as c where c.load_id = p_load and c.state = 'leased' and c.leased_until < v_now
    ) then
        return v_reclaimed;
    end if;
    for v_frozen in
        select a.chunk_id, a.attempt, a.backend_pid, a.worker
        from chunk as c
        join chunk_attempt as a on a.chunk_id = c.chunk_id and a.attempt = c.attempt
        -- In a copy of a database, it may be a session of the original.
        join pg_stat_activity as s
            on s.pid = a.backend_pid and s.backend_start = a.backend_start and s.datname = current_database()
        where c.load_id = p_load and c.state = 'leased' and c.leased_until < v_now
            and a.started_at < v_now - v_longest and a.outcome is null  -- else it was ended, and is about to go
            and s.pid <> pg_backend_pid() and may_end(s.usesysid)
            and in_partition(c.source_id, c.number, p_partition, p_partitions)
        order by a.chunk_id
        limit p_limit
    loop
        perform pg_terminate_backend(v_frozen.backend_pid);
        -- Its transaction may have been about to commit: then the chunk is done, and the worker was not frozen.
        update chunk_attempt as a set outcome = 'terminated', ended_at = v_now
        where a.chunk_id = v_frozen.chunk_id and a.attempt = v_frozen.attempt and a.ended_at is null;
        continue when not found;
        perform log_event(
            'worker_frozen', format('%s held chunk %s for longer than %s: its connection was ended',
                v_frozen.worker, v_frozen.chunk_id, v_longest),
            p_load, null, v_frozen.chunk_id, 'warning'
        );
    end loop;
    return v_reclaimed;
end
$$;
comment on function loader.reclaim_expired(bigint, interval, integer, boolean, integer, integer) is
'Reclaims chunks whose lease has expired, and ends sessions of frozen workers; returns the number of chunks.';
