create or replace function loader.count_deletions(p_load bigint, p_entity text, p_deleted bigint)
returns void
language sql
set search_path = loader, pg_temp
as $$
    -- Records how many rows of an entity were deleted, at the source of the load that wins over its others. Writes
    -- load_entity, source.
    update load_entity as e set deleted = p_deleted where e.load_id = p_load and e.entity = p_entity;
    update source as s set deleted = s.deleted + p_deleted
    where s.source_id = (
        select o.source_id
        from load as l
        cross join source_ranks(l.dataset) as p
        join source as o on o.source_id = p.source_id
        where l.load_id = p_load and o.load_id = p_load and p_entity = any (o.entities)
        order by p.place desc
        limit 1
    );
$$;
comment on function loader.count_deletions(bigint, text, bigint) is
'Records how many rows of an entity a load deleted, at the source of the load that is last in the conflict order.';
