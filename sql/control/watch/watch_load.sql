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
-- Whether a load is stalled: a row if chunks or sources are left and there was no progress for p_stall_time, with the
-- lease holders. p_since: the earliest time to count from, if nobody worked on the load before. A stall is one event,
-- however many sessions call this and how often; is_new is true for the first call that finds it. The steps after the
-- last chunk (building, applying, publishing) have waits of their own and are no stall.
-- Writes event. Waits for no lock, because whatever blocks the load must not block those who watch it. May also be
-- called from cron.
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
    -- A separate statement, so that it sees what the session wrote that held the lock until now.
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
