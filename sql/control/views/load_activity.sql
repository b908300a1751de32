create or replace view loader.load_activity as
select
    l.load_id,
    -- Progress is a start, a planner that has read more of its file, a finished chunk, or requeued chunks. A claim is
    -- not: a worker may claim a chunk and get nowhere.
    greatest(
        l.started_at,
        (
            select max(s.scanned_at) from loader.source as s
            where s.load_id = l.load_id
        ),
        (
            select max(c.done_at) from loader.chunk as c
            where c.load_id = l.load_id
        ),
        (
            select max(e.at) from loader.event as e
            where e.load_id = l.load_id and e.kind in ('build_lost', 'chunk_requeued', 'chunks_overtaken')
        )
    ) as last_progress,
    (
        select (e.detail ->> 'since')::timestamptz from loader.event as e
        where e.load_id = l.load_id and e.kind = 'load_stalled'
        order by e.event_id desc
        limit 1
    ) as last_stall
from loader.load as l;
comment on view loader.load_activity is 'When each load last made progress, and since when it has been stalled.';
