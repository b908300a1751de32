create or replace function loader.heartbeat_source(
    p_source bigint,
    p_token bigint,
    p_scanned bigint,
    p_lease interval default null
)
returns text
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Renews the lease of a source, and records how much of it is read. Returns renewed, busy or lost, as heartbeat_chunk
-- does. p_lease null: the load's. Writes source.
begin
    update source as s set
        leased_until = clock() + lease_time(s.load_id, p_lease),
        scanned = greatest(s.scanned, p_scanned),
        scanned_at = case when p_scanned > s.scanned then clock() else s.scanned_at end
    where s.source_id in (
        select o.source_id from source as o
        where o.source_id = p_source and o.lease_token = p_token and o.state = 'planning'
        for no key update skip locked
    );
    if found then
        return 'renewed';
    end if;
    if exists (
        select 1 from source as s where s.source_id = p_source and s.lease_token = p_token and s.state = 'planning'
    ) then
        return 'busy';
    end if;
    return 'lost';
end
$$;
comment on function loader.heartbeat_source(bigint, bigint, bigint, interval) is
'Renews the lease of a source and records the bytes that are read: renewed, busy or lost.';
