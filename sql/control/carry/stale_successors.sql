create or replace function loader.stale_successors(p_old oid[], p_new oid[])
returns table (old_oid oid, new_oid oid, is_filled boolean, version text)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Materialized views (old_oid) whose successors (new_oid) have not been filled since the view was refreshed last
    -- (loader.note_filled), whether the view is filled, and the version to record.
    select o.oid, n.oid, o.relispopulated, o.xmin::text
    from unnest(p_old, p_new) as x (old_oid, new_oid)
    join pg_class as o on o.oid = x.old_oid and o.relkind = 'm'
    join pg_class as n on n.oid = x.new_oid
    join made_as(p_new) as m on m.table_oid = n.oid
    where m.made ->> 'version' is distinct from o.xmin::text
$$;
comment on function loader.stale_successors(oid[], oid[]) is
'Materialized views that were refreshed after their successors were filled.';
