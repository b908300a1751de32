create or replace function loader.reading_views(p_tables oid[])
returns table (object_oid oid, kind "char", identity text, is_direct boolean)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- Views and materialized views that read tables, only directly (is_direct) or also through other views. Reads the
    -- catalogs.
    with recursive reads as (
        select distinct r.ev_class as reader, d.refobjid as read
        from pg_depend as d
        join pg_rewrite as r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid and r.rulename = '_RETURN'
        where d.refclassid = 'pg_class'::regclass and d.refobjid <> r.ev_class
    ),
    found as (
        select r.reader, true as is_direct from reads as r where r.read = any (p_tables)
        union
        select r.reader, false from found as f join reads as r on r.read = f.reader
    )
    select c.oid, c.relkind, format('%I.%I', n.nspname, c.relname), bool_and(f.is_direct)
    from found as f
    join pg_class as c on c.oid = f.reader
    join pg_namespace as n on n.oid = c.relnamespace
    group by c.oid, c.relkind, n.nspname, c.relname
$$;
comment on function loader.reading_views(oid[]) is
'Views that read tables, only directly (is_direct) or also through other views.';
