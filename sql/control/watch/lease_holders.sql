create or replace function loader.lease_holders(p_load bigint)
returns table (
    worker text,
    holds text,
    since timestamptz,
    leased_until timestamptz,
    pid integer,
    activity text,
    waits_for text,
    blocked_by integer[]
)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Who holds which chunk or source of a load, since when, what the server process does (null: it has vanished), and
    -- who blocks it. Members of pg_monitor see more of other roles' sessions. Reads chunk, chunk_attempt, source.
    select
        h.worker, h.holds, h.since, h.leased_until, h.pid,
        case when a.pid is null then null else coalesce(a.state, 'hidden') end,
        concat_ws(' ', a.wait_event_type, a.wait_event),
        case when a.pid is null then '{}' else pg_blocking_pids(a.pid) end
    from (
        select c.worker, format('chunk %s', c.chunk_id), t.started_at, c.leased_until, t.backend_pid, t.backend_start
        from chunk as c left join chunk_attempt as t on t.chunk_id = c.chunk_id and t.attempt = c.attempt
        where c.load_id = p_load and c.state = 'leased'
        union all
        select s.worker, s.name, s.scanned_at, s.leased_until, s.backend_pid, s.backend_start
        from source as s where s.load_id = p_load and s.state = 'planning'
    ) as h (worker, holds, since, leased_until, pid, began)
    left join pg_stat_activity as a on a.pid = h.pid and coalesce(a.backend_start = h.began, true)
        and a.datname = current_database()
    order by h.since nulls last, h.holds
$$;
comment on function loader.lease_holders(bigint) is
'Who holds which chunk or source of a load, and who keeps them waiting.';
