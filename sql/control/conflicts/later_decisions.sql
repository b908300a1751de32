create or replace function loader.later_decisions(p_load bigint, p_entity text)
returns table (load_id bigint, sources bigint[], overruled bigint[], may_have_lost boolean, lost jsonb[])
language sql
stable
set search_path = loader, pg_temp
as $$
    -- The loads of an entity after p_load that count, with their sources. overruled: sources whose records such a load
    -- deleted by lacking them. lost: keys of its versions that lost to those of p_load, or without a winner.
    -- may_have_lost: whether further ones may have lost, because only a sample of conflicts is stored, and its sources
    -- do not all win over those of p_load. Where versions are stored, these tell more.
    with places as materialized (
        select s.load_id, min(p.place) as first, max(p.place) as last
        from load as l
        join dataset as d on d.dataset = l.dataset
        join jsonb_array_elements(d.mapping -> 'entities') as e (item) on e.item ->> 'name' = p_entity
        cross join source_ranks(d.dataset, e.item ->> 'policy') as p
        join source as s on s.source_id = p.source_id and p_entity = any (s.entities)
        where l.load_id = p_load
        group by s.load_id
    )
    select
        l.load_id,
        array(select s.source_id from source as s where s.load_id = l.load_id and p_entity = any (s.entities)),
        case when p_entity = any (l.complete) then older_sources(l.load_id, p_entity) else '{}' end || array(
            select o.source_id from source as s join source as o on o.dataset = s.dataset and o.series = s.series
            where s.load_id = l.load_id and p_entity = any (s.entities) and p_entity = any (generated_entities(s.dataset))
        ),
        l.conflicts > (select count(*) from conflict as c where c.load_id = l.load_id)
        and not keeps_versions(d.dataset, p_entity) and (e.item ->> 'policy' = 'latest_by' or own.last > other.first),
        array(
            select c.key from conflict as c left join source as w on w.source_id = c.winner_source
            where c.load_id = l.load_id and c.entity = p_entity and (w.source_id is null or w.load_id = p_load)
        )
    from load as undone
    join dataset as d on d.dataset = undone.dataset
    join load as l on l.dataset = d.dataset and l.load_id > undone.load_id and l.state = 'done'
    join jsonb_array_elements(d.mapping -> 'entities') as e (item) on e.item ->> 'name' = p_entity
    join places as own on own.load_id = p_load
    join places as other on other.load_id = l.load_id
    where undone.load_id = p_load
$$;
comment on function loader.later_decisions(bigint, text) is
'The later loads of an entity, and their decisions that wrote nothing.';
