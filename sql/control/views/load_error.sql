create or replace view loader.load_error as
select
    e.load_id,
    e.kind,
    e.message,
    count(*) as times,
    bool_or(e.stands) as stands,
    max(e.attempt) as attempts,
    array_remove(array_agg(distinct e.chunk_id), null) as chunks,
    array_remove(array_agg(distinct s.name), null) as sources,
    max(e.at) as last_at
from (
    select
        c.load_id,
        'chunk_dead' as kind,
        true as stands,
        c.source_id,
        c.chunk_id,
        c.attempt,
        (
            select max(a.ended_at) from loader.chunk_attempt as a
            where a.chunk_id = c.chunk_id
        ) as at,
        regexp_replace(coalesce(c.error, 'no error was noted'), '^chunk [0-9]+: ', '') as message
    from loader.chunk as c
    where c.state = 'dead'
    union all
    select
        o.load_id,
        'source_' || o.state,
        true,
        o.source_id,
        null,
        null,
        null,
        coalesce(o.error, 'no error was noted')
    from loader.source as o
    where o.state in ('failed', 'damaged')
    union all
    select
        v.load_id,
        v.kind,
        false,
        v.source_id,
        v.chunk_id,
        null,
        v.at,
        regexp_replace(v.message, '^chunk [0-9]+: ', '')
    from loader.event as v
    where
        v.level in ('error', 'critical') and v.kind not in ('load_failed', 'source_failed', 'source_damaged')
        and not exists (
            select 1 from loader.chunk as c
            where c.chunk_id = v.chunk_id and c.state = 'dead' and v.kind in ('chunk_dead', 'lease_expired')
        )
) as e
left join loader.source as s on s.source_id = e.source_id
group by e.load_id, e.kind, e.message;
comment on view loader.load_error is
'All errors of a load: dead chunks, sources that cannot be read, events that need attention. Each text appears once,
with its number of occurrences and whether it still prevents the load from finishing.';
