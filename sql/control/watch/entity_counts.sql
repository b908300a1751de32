create or replace function loader.entity_counts(p_load bigint)
returns table (
    entity text,
    read bigint,
    rejected bigint,
    without_key bigint,
    deleted bigint,
    kept bigint,
    recomposed bigint
)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- What a load has counted of each entity in its sources, in the order of the mapping. Reads load_entity.
    select n.entity, n.read, n.rejected, n.without_key, n.deleted, n.kept, n.recomposed
    from load_entity as n join load_roots(p_load) as r using (entity)
    where n.load_id = p_load
    order by r.place
$$;
comment on function loader.entity_counts(bigint) is 'What a load has counted of each entity.';
