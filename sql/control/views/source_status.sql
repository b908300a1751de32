create or replace view loader.source_status as
select
    s.load_id,
    s.source_id,
    s.name,
    s.state,
    s.entities,
    s.snapshot,
    s.size,
    s.scanned,
    s.decoded_bytes,
    c.chunks,
    c.done,
    c.dead,
    c.done_bytes,
    c.records,
    c.read,
    c.inserted,
    c.updated,
    c.unchanged,
    c.duplicate,
    c.rejected,
    s.deleted,
    c.filtered,
    s.damage_offset,
    s.error,
    c.removed
from loader.source as s
cross join lateral (
    select
        count(*) as chunks,
        count(*) filter (where k.state = 'done') as done,
        count(*) filter (where k.state = 'dead') as dead,
        coalesce(sum(k.weight) filter (where k.state = 'done'), 0) as done_bytes,
        coalesce(sum(k.records), 0) as records,
        coalesce(sum(k.read), 0) as read,
        coalesce(sum(k.inserted), 0) as inserted,
        coalesce(sum(k.updated), 0) as updated,
        coalesce(sum(k.unchanged), 0) as unchanged,
        coalesce(sum(k.duplicate), 0) as duplicate,
        coalesce(sum(k.rejected), 0) as rejected,
        coalesce(sum(k.filtered), 0) as filtered,
        coalesce(sum(k.removed), 0) as removed
    from loader.chunk as k
    where k.source_id = s.source_id
) as c;
comment on view loader.source_status is 'Every source: state, damage, progress and the balance so far.';
