create or replace function loader.watch_load(
    p_load bigint,
    p_stall_time interval default '5 minutes',
    p_since timestamptz default null
)
returns table (stalled_since timestamptz, is_new boolean, message text)
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Whether a load stands still: a row when chunks or sources are left, and nothing went on for p_stall_time; it says who
-- holds what. p_since: to be counted from there at the earliest, where nobody worked on the load before.
-- A stall is one event, whoever asks and how often; is_new tells who was the first to see it. What follows the last
-- chunk (building, applying, publishing) has waits of its own and is no stall.
-- Writes event. Waits for no lock: what holds up the load must not hold up who watches it. To be called from cron, too.
declare
    v_progress timestamptz := (select a.last_progress from load_activity as a where a.load_id = p_load);
    v_holders text;
    v_detail jsonb;
    c_stall constant integer := 1937006956;  -- the first half of the advisory locks: "stal"
begin
    if greatest(v_progress, p_since) > clock() - p_stall_time or not exists (
        select 1 from load as l where l.load_id = p_load and l.state = 'open'
    ) or not exists (
        select 1 from source as s where s.load_id = p_load and s.state in ('registered', 'planning')
        union all
        select 1 from chunk as c where c.load_id = p_load and c.state in ('ready', 'leased')
    ) then
        return;
    end if;
    select
        string_agg(format(
            '%s holds %s since %s (server process %s: %s)', h.worker, h.holds, h.since, h.pid, concat_ws(
                ', ', coalesce(h.activity, 'gone'), 'waits for ' || nullif(h.waits_for, ''),
                case when h.blocked_by <> '{}' then 'blocked by ' || array_to_string(h.blocked_by, ', ') end
            )
        ), '; '),
        jsonb_agg(to_jsonb(h))
    into v_holders, v_detail
    from lease_holders(p_load) as h;
    stalled_since := v_progress;
    is_new := pg_try_advisory_xact_lock(c_stall, (p_load % 2147483648)::integer);
    -- A statement of its own: it sees what the one has written who had the lock just now.
    is_new := is_new and v_progress is distinct from (
        select a.last_stall from load_activity as a where a.load_id = p_load
    );
    message := format(
        'load %s has made no progress since %s: %s', p_load, date_trunc('second', v_progress),
        coalesce(v_holders, 'nobody holds a chunk or a source')
    );
    if is_new then
        perform log_event(
            'load_stalled', message, p_load, p_level => 'critical',
            p_detail => jsonb_build_object('since', v_progress, 'holders', coalesce(v_detail, '[]'))
        );
    end if;
    return next;
end
$$;
comment on function loader.watch_load(bigint, interval, timestamptz) is
'Whether a load is stalled, and the holders of its leases; the first call that finds it writes the event load_stalled.';
