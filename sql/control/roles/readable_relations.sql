create or replace function loader.readable_relations(p_dataset text default null)
returns oid[]
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Relations of the loader that users may be reading: those of a dataset (null: of all, and the control schema),
    -- except its staging and builds. A command that locks them does so with lock_for_swap, all at once.
    select array(
        select c.oid
        from owned_objects(p_dataset) as o
        join pg_class as c on c.oid = o.object_oid
        where o.kind = 'relation' and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
            and o.schema_name not in (
                select unnest(array[d.stage_schema, d.build_schema]) from dataset as d where d.dataset = o.dataset
            )
        order by c.relkind <> 'v', c.oid
    )
$$;
comment on function loader.readable_relations(text) is
'Relations of the loader that users may read: all except staging and shadow tables.';
