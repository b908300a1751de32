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
-- Gives one source that nobody plans, or whose planner has gone silent, to p_worker; no row when there is none.
-- The largest first: it takes longest. None of a load that is not open. p_lease null: the load's. Writes source. Raises LD002.
begin
    perform assert_read_committed();
    return query
    with pick as (
        select s.source_id from source as s
        where s.load_id = p_load and exists (select 1 from load as l where l.load_id = p_load and l.state = 'open')
            and (
                s.state = 'registered'
                or s.state = 'planning' and (
                    s.planned_until < clock()
                    or not exists (
                        select 1 from pg_stat_activity as a where a.pid = s.planner_pid and a.datname = current_database()
                    )
                )
            )
        order by s.size desc, s.source_id
        limit 1
        for no key update skip locked
    )
    update source as s set
        state = 'planning', planner = p_worker, planner_pid = pg_backend_pid(), plan_token = nextval('lease_token'),
        planned_until = clock() + coalesce(p_lease, make_interval(secs => load_limit(p_load, 'lease')))
    from pick where s.source_id = pick.source_id
    returning s.*;
end
$$;
comment on function loader.claim_source(bigint, text, interval) is 'Leases a source to a worker that plans it.';
