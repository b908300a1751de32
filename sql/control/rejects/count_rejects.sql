create or replace function loader.count_rejects(p_load bigint)
returns void
language sql
set search_path = loader, pg_temp
as $$
    -- Records how many records of each entity a load has rejected, and how many of these have no readable key. Keys
    -- about which sources contradict each other are readable, although they are not stored with the reject. Writes
    -- load_entity.
    update load_entity as e set rejected = c.rejected, without_key = c.without_key
    from (
        select r.entity, count(*) as rejected, count(*) filter (where not r.has_key) as without_key
        from (
            select o.entity, bool_or(
                o.key is not null or o.reason = 'conflict' or o.entity = any (generated_entities(l.dataset))
            ) as has_key
            from load as l join reject as o on o.load_id = l.load_id
            where l.load_id = p_load and o.chunk_id is not null
            group by o.entity, o.source_id, o.record
        ) as r
        group by r.entity
    ) as c
    where e.load_id = p_load and e.entity = c.entity
$$;
comment on function loader.count_rejects(bigint) is 'Records how many records of each entity a load has rejected.';
