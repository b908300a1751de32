create or replace function loader.claim_source(
    p_load bigint,
    p_worker text,
    p_lease interval default null
)
returns setof loader.source
language plpgsql
security definer
set search_path = loader, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Leases a source that nobody is planning to p_worker; no row if there is none. The largest comes first, because it
-- takes longest. Leases that have expired, or whose session has vanished, are reclaimed; as in reclaim_expired, they
-- are found by their tokens before rows are locked. No source of a load that is not open. p_lease null: the load's.
-- Call it in a transaction of its own, because the lease must be visible at once. Writes source. Raises LD002.
declare
    v_gone bigint [];
begin
    perform assert_read_committed();
    v_gone := array(
        select s.lease_token from source as s
        where s.load_id = p_load and s.state = 'planning' and not is_connected(s.backend_pid, s.backend_start)
    );
    return query
    with pick as (
        select s.source_id from source as s
        where s.load_id = p_load and exists (select 1 from load as l where l.load_id = p_load and l.state = 'open')
            and (
                s.state = 'registered'
                or s.state = 'planning' and (s.leased_until < clock() or s.lease_token = any (v_gone))
            )
        order by s.size desc, s.source_id
        limit 1
        for no key update skip locked
    )
    update source as s set
        state = 'planning', worker = p_worker, lease_token = nextval('lease_token'),
        leased_until = clock() + lease_time(p_load, p_lease), backend_pid = pg_backend_pid(),
        backend_start = (select a.backend_start from pg_stat_get_activity(pg_backend_pid()) as a)
    from pick where s.source_id = pick.source_id
    returning s.*;
end
$$;
comment on function loader.claim_source(bigint, text, interval) is 'Leases a source to a worker that plans it.';
