create or replace function loader.heartbeat_source(
    p_source bigint,
    p_token bigint,
    p_scanned bigint,
    p_lease interval default null
)
returns void
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Renews a planner's lease and notes how far it is. p_lease null: the load's. Writes source. Raises LD001 when the lease is lost.
begin
    update source as s set
        planned_until = clock() + coalesce(p_lease, make_interval(secs => load_limit(s.load_id, 'lease'))),
        scanned = greatest(s.scanned, p_scanned),
        scanned_at = case when p_scanned > s.scanned then clock() else s.scanned_at end
    where s.source_id = p_source and s.plan_token = p_token and s.state = 'planning';
    if not found then
        raise exception 'source % is now planned by another worker', p_source using errcode = 'LD001';
    end if;
end
$$;
comment on function loader.heartbeat_source(bigint, bigint, bigint, interval) is
'Renews a planner''s lease and records the bytes that it has read.';
