create or replace function loader.out_of_order_sources(p_load bigint, p_entity text)
returns bigint[]
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Sources of a load that are older than a complete snapshot of the entity that was loaded before: what that did not
    -- hold was gone by then, so they bring no key that is not there; but where every such snapshot rejected the record
    -- of a key, nothing is decided about it (undecided_<root>).
    select coalesce(array_agg(distinct n.source_id), '{}') from newer_snapshots(p_load, p_entity) as n
$$;
comment on function loader.out_of_order_sources(bigint, text) is
'Sources of a load that are older than a complete snapshot of the entity.';
