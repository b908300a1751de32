create or replace function loader.contributing_sources(p_load bigint, p_entity text, p_with boolean default true)
returns table (source_id bigint, place bigint, series text)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Sources whose versions count in an entity with stored versions, in conflict order (the larger place wins), with
    -- their feeds (series). p_with false: as before p_load; true: with it.
    -- Sources of a load that failed, or was cancelled, reverted or rolled back, do not count. Nor do those from before
    -- the last replace, nor those that are older than all sources of a full snapshot, because what that lacks is
    -- deleted. None of this is stored: undoing a load changes what counts.
    with known as materialized (
        select
            l.load_id, l.mode,
            case when l.load_id = p_load then p_entity = any (complete_entities(p_load)) else p_entity = any (l.complete) end
                as is_complete
        from load as mine
        join load as l on l.dataset = mine.dataset
        where mine.load_id = p_load
            and case when l.load_id = p_load then p_with else l.state = 'done' end
            and exists (select 1 from source as s where s.load_id = l.load_id and p_entity = any (s.entities))
            and not exists (select 1 from publication as p where p.load_id = l.load_id and p.reverted_at is not null)
    ), counted as materialized (
        select k.load_id, k.is_complete from known as k
        where k.load_id >= coalesce((select max(r.load_id) from known as r where r.mode = 'replace'), 0)
    ), present as materialized (
        select
            s.source_id, s.load_id, s.name, s.snapshot, source_age(s.priority, s.snapshot) as age,
            case when s.snapshot is null then undated_since(s.source_id) end as undated_since
        from counted as c join source as s on s.load_id = c.load_id and p_entity = any (s.entities)
    )
    select s.source_id, p.place, feed_of(s.name, s.snapshot)
    from present as s
    join source_ranks((select l.dataset from load as l where l.load_id = p_load)) as p on p.source_id = s.source_id
    where not exists (
        select 1 from counted as c
        where c.is_complete and c.load_id <> s.load_id and (s.snapshot is not null or s.undated_since < c.load_id)
            and s.age < all (select o.age from present as o where o.load_id = c.load_id)
    )
$$;
comment on function loader.contributing_sources(bigint, text, boolean) is
'Sources whose versions count for an entity of which all versions are stored, in conflict order.';
