create or replace function loader.out_of_order_sources(p_load bigint, p_entity text)
returns bigint[]
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Sources of a load that are older than a full snapshot of the entity that was loaded before. What the snapshot
    -- lacked was deleted by then, so these sources insert no key that does not exist. But if every such snapshot
    -- rejected the record of a key, nothing is decided about this key (undecided_<root>).
    select coalesce(array_agg(distinct n.source_id), '{}') from newer_snapshots(p_load, p_entity) as n
$$;
comment on function loader.out_of_order_sources(bigint, text) is
'Sources of a load that are older than a full snapshot of the entity.';
