create or replace function loader.removing_sources(p_dataset text, p_entity text)
returns table (source_id bigint, place bigint)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Sources whose delete records of an entity count, with their places in conflict order: the larger one wins.
    select p.source_id, p.place
    from removing_loads(p_dataset, p_entity) as r
    join source as s on s.load_id = r.load_id and p_entity = any (s.entities)
    join source_ranks(p_dataset) as p on p.source_id = s.source_id
$$;
comment on function loader.removing_sources(text, text) is
'Sources whose delete records of an entity count, with their places in conflict order.';
