create or replace function loader.entity_rejects(p_load bigint)
returns table (entity text, records bigint, rejected bigint)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- How many records of each entity a load has read and rejected so far. If files contain several entities, the
    -- number of records is an upper limit until the end of the load has counted them (loader.count_entities).
    with held as materialized (
        select
            s.source_id, s.entities, cardinality(s.entities) > 1 as is_shared, sum(c.records - c.filtered) as records,
            sum(c.rejected) as rejected
        from source as s join chunk as c on c.source_id = s.source_id
        where s.load_id = p_load
        group by s.source_id
    ), told_apart as (
        select r.entity, count(distinct (r.source_id, r.record)) as rejected
        from held as h join reject as r on r.load_id = p_load and r.source_id = h.source_id
        where h.is_shared and h.rejected > 0 and r.chunk_id is not null
        group by r.entity
    )
    select
        e.entity,
        coalesce(
            (select n.read from load_entity as n where n.load_id = p_load and n.entity = e.entity),
            sum(h.records)::bigint, 0
        ),
        coalesce(sum(h.rejected) filter (where not h.is_shared), 0)::bigint
        + coalesce((select t.rejected from told_apart as t where t.entity = e.entity), 0)
    from load_roots(p_load) as e
    left join held as h on e.entity = any (h.entities)
    group by e.entity, e.place
    order by e.place
$$;
comment on function loader.entity_rejects(bigint) is
'Number of records of each entity that a load has read and rejected so far.';
