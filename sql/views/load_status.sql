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
    c.read,
    c.inserted,
    c.updated,
    c.unchanged,
    c.duplicate,
    c.rejected,
    c.deleted,
    c.filtered,
    c.workers,
    l.error
from loader.load as l
inner join lateral (
    select
        count(*) as sources,
        count(*) filter (where o.state in ('planned', 'damaged')) as planned,
        coalesce(sum(o.size), 0) as size,
        coalesce(sum(o.scanned), 0) as scanned,
        sum(o.decoded_bytes) as decoded_bytes
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
        coalesce(sum(k.end_byte - k.start_byte) filter (where k.state = 'done'), 0) as done_bytes,
        coalesce(sum(k.end_byte - k.start_byte), 0) as planned_bytes,
        coalesce(sum(k.records), 0) as records,
        coalesce(sum(k.read), 0) as read,
        coalesce(sum(k.inserted), 0) as inserted,
        coalesce(sum(k.updated), 0) as updated,
        coalesce(sum(k.unchanged), 0) as unchanged,
        coalesce(sum(k.duplicate), 0) as duplicate,
        coalesce(sum(k.rejected), 0) as rejected,
        coalesce(sum(k.deleted), 0) as deleted,
        coalesce(sum(k.filtered), 0) as filtered,
        count(distinct k.worker) filter (where k.state = 'leased') as workers
    from loader.chunk as k
    where k.load_id = l.load_id
) as c on true;
comment on view loader.load_status is 'Every load: state, progress in chunks and bytes, and the balance so far.';
