create or replace function loader.reading_views(p_tables oid[])
returns table (object_oid oid, kind "char", identity text, is_direct boolean)
language sql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
    -- Views and materialized views that read tables, only directly (is_direct) or also through other views. Reads the
    -- catalogs by object, because readers wait for it. Uses a generic plan, as planning takes longer than running it.
    with recursive found (reader, depth) as (
        select t.oid, 0 from unnest(p_tables) as t (oid)
        union
        select r.ev_class, least(f.depth + 1, 2)
        from found as f
        cross join lateral (
            select d.objid from pg_depend as d
            where d.refclassid = 'pg_class'::regclass and d.refobjid = f.reader and d.classid = 'pg_rewrite'::regclass
            offset 0
        ) as d
        join pg_rewrite as r on r.oid = d.objid and r.rulename = '_RETURN' and r.ev_class <> f.reader
    )
    select c.oid, c.relkind, format('%I.%I', n.nspname, c.relname), bool_and(f.depth = 1)
    from found as f
    join pg_class as c on c.oid = f.reader
    join pg_namespace as n on n.oid = c.relnamespace
    where f.depth > 0
    group by c.oid, c.relkind, n.nspname, c.relname
$$;
comment on function loader.reading_views(oid[]) is
'Views that read tables, only directly (is_direct) or also through other views.';
