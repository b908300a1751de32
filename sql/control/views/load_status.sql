create or replace view loader.load_status as
select
    l.load_id,
    l.dataset,
    l.mode,
    l.state,
    l.started_at,
    l.finished_at,
    s.sources,
    s.planned as sources_planned,
    s.size,
    s.scanned,
    s.decoded_bytes,
    c.chunks,
    c.ready,
    c.leased,
    c.done,
    c.dead,
    c.done_bytes,
    c.planned_bytes,
    c.records,
    case when l.state in ('done', 'rolled_back') then l.read else c.read end as read,
    case when l.state in ('done', 'rolled_back') then l.inserted else c.inserted end as inserted,
    case when l.state in ('done', 'rolled_back') then l.updated else c.updated end as updated,
    case when l.state in ('done', 'rolled_back') then l.unchanged else c.unchanged end as unchanged,
    case when l.state in ('done', 'rolled_back') then l.duplicate else c.duplicate end as duplicate,
    case when l.state in ('done', 'rolled_back') then l.rejected else c.rejected end as rejected,
    case when l.state in ('done', 'rolled_back') then l.deleted else s.deleted end as deleted,
    case when l.state in ('done', 'rolled_back') then l.filtered else c.filtered end as filtered,
    c.workers,
    l.error,
    l.visibility,
    l.conflicts,
    l.changes,
    l.rolled_back_by,
    (l.options ->> 'rolls_back')::bigint as rolls_back,
    l.started_by,
    t.retries,
    t.outages,
    t.away,
    v.last_progress,
    case when v.last_stall >= v.last_progress then v.last_stall end as stalled_since,
    n.recomposed,
    case when l.state in ('done', 'rolled_back') then l.removed else c.removed end as removed
from loader.load as l
left join loader.load_activity as v on v.load_id = l.load_id and l.state = 'open'
inner join lateral (
    select
        count(*) as sources,
        count(*) filter (where o.state in ('planned', 'damaged')) as planned,
        coalesce(sum(o.size), 0) as size,
        coalesce(sum(o.scanned), 0) as scanned,
        sum(o.decoded_bytes) as decoded_bytes,
        coalesce(sum(o.deleted), 0) as deleted
    from loader.source as o
    where o.load_id = l.load_id
) as s on true
inner join lateral (
    select
        count(*) as chunks,
        count(*) filter (where k.state = 'ready') as ready,
        count(*) filter (where k.state = 'leased') as leased,
        count(*) filter (where k.state = 'done') as done,
        count(*) filter (where k.state = 'dead') as dead,
        coalesce(sum(k.weight) filter (where k.state = 'done'), 0) as done_bytes,
        coalesce(sum(k.weight), 0) as planned_bytes,
        coalesce(sum(k.records), 0) as records,
        coalesce(sum(k.read), 0) as read,
        coalesce(sum(k.inserted), 0) as inserted,
        coalesce(sum(k.updated), 0) as updated,
        coalesce(sum(k.unchanged), 0) as unchanged,
        coalesce(sum(k.duplicate), 0) as duplicate,
        coalesce(sum(k.rejected), 0) as rejected,
        coalesce(sum(k.filtered), 0) as filtered,
        coalesce(sum(k.removed), 0) as removed,
        count(distinct k.worker) filter (where k.state = 'leased') as workers
    from loader.chunk as k
    where k.load_id = l.load_id
) as c on true
inner join lateral (
    select
        coalesce(sum((e.detail ->> 'retries')::bigint), 0)::bigint as retries,
        count(*) filter (where e.kind = 'circuit_closed') as outages,
        make_interval(secs => coalesce(sum((e.detail ->> 'seconds')::numeric), 0)::double precision) as away
    from loader.event as e
    where e.load_id = l.load_id and e.kind in ('retried', 'circuit_closed')
) as t on true
inner join lateral (
    select coalesce(sum(e.recomposed), 0)::bigint as recomposed
    from loader.load_entity as e
    where e.load_id = l.load_id
) as n on true;
comment on view loader.load_status is 'Every load: state, progress in chunks and bytes, and the balance so far.';
