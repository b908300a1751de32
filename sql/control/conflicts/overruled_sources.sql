create or replace function loader.overruled_sources(p_load bigint, p_entity text)
returns table (source_id bigint, place bigint, series text, load_id bigint)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Sources whose versions no longer count (contributing_sources), each with every load that has decided so: a later
    -- replace, or a newer full snapshot. They still count for keys whose record all of these loads rejected. So a
    -- source is listed only if each of these loads has rejected something under this mapping.
    with known as materialized (
        select
            l.load_id, l.mode,
            case when l.load_id = p_load then p_entity = any (complete_entities(p_load)) else p_entity = any (l.complete) end
                as is_complete,
            exists (
                select 1 from reject as r
                where r.load_id = l.load_id and r.entity = p_entity and r.key is not null and r.reason <> 'conflict'
            ) as has_rejects
        from load as mine
        join load as l on l.dataset = mine.dataset and l.mapping_hash = mine.mapping_hash
        where mine.load_id = p_load
            and (l.load_id = p_load or l.state = 'done')
            and exists (select 1 from source as s where s.load_id = l.load_id and p_entity = any (s.entities))
            and not exists (select 1 from publication as p where p.load_id = l.load_id and p.reverted_at is not null)
    ), replaced as materialized (
        select coalesce(max(k.load_id), 0) as load_id from known as k where k.mode = 'replace'
    ), present as materialized (
        select
            s.source_id, s.load_id, s.name, s.snapshot, source_age(s.priority, s.snapshot) as age,
            case when s.snapshot is null then undated_since(s.source_id) end as undated_since
        from known as k join source as s on s.load_id = k.load_id and p_entity = any (s.entities)
        where exists (select 1 from known as o where o.has_rejects)
    ), overruled as (
        select s.source_id, s.name, s.snapshot, c.load_id, bool_and(c.has_rejects) over (partition by s.source_id) as all_do
        from present as s
        cross join replaced as r
        join known as c on c.load_id <> s.load_id and (
            c.mode = 'replace' and c.load_id > s.load_id
            or c.is_complete and (c.load_id >= r.load_id or s.load_id < r.load_id)
            and (s.snapshot is not null or s.undated_since < c.load_id)
            and s.age < all (select o.age from present as o where o.load_id = c.load_id)
        )
    )
    select o.source_id, p.place, feed_of(o.name, o.snapshot), o.load_id
    from overruled as o
    join source_ranks((select l.dataset from load as l where l.load_id = p_load)) as p on p.source_id = o.source_id
    where o.all_do
$$;
comment on function loader.overruled_sources(bigint, text) is
'Sources whose versions count only for keys that all newer loads rejected, with these loads.';
