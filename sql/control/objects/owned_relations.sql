create or replace function loader.owned_relations(p_dataset text)
returns table (name text, object_oid oid, kind "char", row_estimate bigint, bytes bigint)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Tables (and successors of materialized views) that the loader created for a dataset, children before parents, in
    -- the order in which they can be dropped. Partitions are dropped with their parents.
    select c.oid::regclass::text, c.oid, c.relkind, c.reltuples::bigint, pg_total_relation_size(c.oid)
    from owned_objects(p_dataset) as o
    join pg_class as c on c.oid = o.object_oid and c.relkind in ('r', 'p', 'm') and not c.relispartition
    left join dataset_table as t on t.dataset = p_dataset and t.table_name = c.relname
    where o.kind = 'relation'
    order by c.relkind, c.relnamespace, t.position desc nulls first, c.oid
$$;
comment on function loader.owned_relations(text) is
'Tables that the loader made for a dataset, in the order of dropping.';
