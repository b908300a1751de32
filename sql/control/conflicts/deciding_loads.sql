create or replace function loader.deciding_loads(p_load bigint, p_entity text)
returns table (kind text, load_id bigint)
language plpgsql
stable
set search_path = loader, pg_temp
set plan_cache_mode = force_generic_plan
as $$
-- Loads whose decisions about an entity wrote nothing although a merge depends on them, by what stores the decisions
-- (recorded_rows). seen: loads with sources that win over one of the merge, or, if the merge can delete, are as new as
-- its oldest one. removed: loads with delete records. rejects: newer snapshots. Sources that were loaded again or
-- replaced since do not count. Nor do decisions about keys for which a newer full snapshot decides in any case, as it
-- does for all keys if it has rejected none.
#variable_conflict use_column
begin
    return query
    with mine as materialized (
        select
            l.dataset, l.settings ->> 'deletes' in ('delete', 'mark') as deletes, e.item ->> 'policy' as policy,
            keeps_versions(l.dataset, p_entity) as is_composed
        from load as l
        join dataset as d on d.dataset = l.dataset
        join jsonb_array_elements(d.mapping -> 'entities') as e (item) on e.item ->> 'name' = p_entity
        where l.load_id = p_load
    ), newer as materialized (
        select n.source_id, n.load_id, n.is_complete, n.is_complete and coalesce(e.rejected = 0, false) as has_decided
        from newer_snapshots(p_load, p_entity) as n
        left join load_entity as e on e.load_id = n.load_id and e.entity = p_entity
    ), places as materialized (
        select p.source_id, p.place from mine as m cross join source_ranks(m.dataset, m.policy) as p
    ), own as materialized (
        select s.source_id, s.snapshot, source_age(s.priority, s.snapshot) as age, p.place,
            m.policy = 'newest' and exists (
                select 1 from newer as n where n.source_id = s.source_id and n.has_decided
            ) as is_decided
        from mine as m
        join source as s on s.load_id = p_load and p_entity = any (s.entities)
        join places as p on p.source_id = s.source_id
    ), other as materialized (
        select s.source_id, s.load_id, source_age(s.priority, s.snapshot) as age, p.place
        from mine as m
        join load as l on l.dataset = m.dataset and l.load_id <> p_load and l.state = 'done'
        join source as s on s.load_id = l.load_id and p_entity = any (s.entities)
        join places as p on p.source_id = s.source_id
        where not m.is_composed and not is_replaced(s.source_id)
            and s.source_id not in (select a.source_id from sources_again(p_load, p_entity) as a)
            and (m.policy <> 'newest' or s.load_id not in (
                select n.load_id from newer as n where n.is_complete
                group by n.load_id having count(*) = (select count(*) from own)
            ))
    )
    select distinct 'seen', o.load_id
    from other as o cross join mine as m
    where o.place > (select min(w.place) from own as w where not w.is_decided)
        or m.deletes and (select bool_and(w.snapshot is not null and not w.is_decided) from own as w)
        and o.age >= (select w.age from own as w order by w.age limit 1)
    union all
    select 'removed', r.load_id from mine as m cross join removing_loads(m.dataset, p_entity) as r
    union all
    select distinct 'rejects', n.load_id from newer as n
    union
    select 'rejects', l.load_id
    from mine as m
    join load as r on r.load_id = p_load
    join load as l on l.dataset = m.dataset and l.state = 'done' and l.load_id <> p_load and p_entity = any (l.complete)
        and entity_digest(l.mapping_hash, p_entity) = entity_digest(r.mapping_hash, p_entity)
    where m.is_composed
        and exists (select 1 from load_entity as e where e.load_id = p_load and e.entity = p_entity and e.rejected > 0)
        and not exists (
            select 1 from source as s where s.load_id = l.load_id and p_entity = any (s.entities) and is_replaced(s.source_id)
        );
end
$$;
comment on function loader.deciding_loads(bigint, text) is
'Loads whose decisions about an entity wrote nothing, although a merge depends on them.';
