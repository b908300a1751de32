create or replace function loader.newer_snapshots(p_load bigint, p_entity text)
returns table (source_id bigint, load_id bigint, is_complete boolean)
language plpgsql
stable
set search_path = loader, pg_temp
set plan_cache_mode = force_generic_plan
as $$
-- For each source of a load, the full snapshots of the entity that are newer and were loaded before: what they
-- lacked was deleted by then. Those that were reverted or replaced do not count, nor do those whose files were
-- loaded again. (priority, snapshot) says which of two is older. For records with generated keys, newer editions of
-- the same feed count as well, full or not: they have decided which records of their feed exist and what these
-- contain, but nothing about other files (is_complete: whether the load has decided about all). The order is that
-- of is_newer. Each load is compared once, because comparing every pair of sources takes seconds for a thousand
-- files.
-- It is called several times for each entity. Most loads are the newest, and planning the queries that the others
-- need takes most of the time.
#variable_conflict use_column
declare
    v_dataset text;
    v_age source_age;  -- of its oldest source
    v_newer bigint[];
begin
    select l.dataset into v_dataset from load as l where l.load_id = p_load;
    v_age := (
        select source_age(s.priority, s.snapshot) from source as s
        where s.load_id = p_load and p_entity = any (s.entities)
        order by 1 limit 1
    );
    v_newer := array(
        select l.load_id from load as l
        where l.dataset = v_dataset and l.load_id <> p_load and l.state = 'done' and p_entity = any (l.complete)
            and v_age < (
                select o.age from source_order as o
                where o.load_id = l.load_id and p_entity = any (o.entities)
                order by o.age limit 1
            )
    );
    if v_newer <> '{}' then
        return query
        with complete as materialized (
            select l.load_id, (
                select o.age from source_order as o
                where o.load_id = l.load_id and p_entity = any (o.entities)
                order by o.age limit 1
            ) as oldest
            from unnest(v_newer) as l (load_id)
            where exists (
                select 1 from source as o
                where o.load_id = l.load_id and p_entity = any (o.entities) and o.source_id not in (
                    select a.source_id from sources_again(p_load, p_entity) as a where a.complete_too
                )
                    and p_entity <> all (replaced_entities(o.source_id))
            )
                and not exists (
                    select 1 from publication as p where p.load_id = l.load_id and p.reverted_at is not null
                )
        )
        select s.source_id, c.load_id, true
        from source as s join complete as c on source_age(s.priority, s.snapshot) < c.oldest
        where s.load_id = p_load and p_entity = any (s.entities)
            and (s.snapshot is not null or undated_since(s.source_id) < c.load_id);
    end if;
    if p_entity = any (generated_entities(v_dataset)) then
        return query
        select distinct s.source_id, o.load_id, false
        from source as s
        join source as o on o.dataset = s.dataset and o.series = s.series and o.load_id <> p_load
        join source_order as a on a.source_id = s.source_id
        join source_order as b on b.source_id = o.source_id
        join load as l on l.load_id = o.load_id and l.state = 'done'
        where s.load_id = p_load and p_entity = any (s.entities) and p_entity = any (o.entities)
            and (b.rank, coalesce(nullif(b.digest, ''), a.digest)) > (a.rank, coalesce(nullif(a.digest, ''), b.digest))
            and not is_replay(o.name) and not is_replaced(o.source_id);
    end if;
end
$$;
comment on function loader.newer_snapshots(bigint, text) is
'For each source of a load, the newer full snapshots of the entity.';
