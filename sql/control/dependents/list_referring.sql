create or replace function loader.list_referring(p_tables oid[])
returns table (kind text, identity text)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- What depends on tables, or on their row types, but does not belong to them and is not listed by
    -- loader.list_dependents: domains, casts, and policies, triggers and defaults of other tables. These would continue
    -- to use the previous version, or (constraint triggers) silently disappear with it. Reads the catalogs.
    select distinct o.type, o.identity
    from pg_type as t
    join pg_depend as d on d.refclassid = 'pg_class'::regclass and d.refobjid = t.typrelid
        or d.refclassid = 'pg_type'::regclass and d.refobjid in (t.oid, t.typarray)
    cross join lateral pg_identify_object(d.classid, d.objid, d.objsubid) as o
    where t.oid in (select c.reltype from pg_class as c where c.oid = any (p_tables)) and d.deptype <> 'i'
        and d.classid not in (
        'pg_class'::regclass, 'pg_constraint'::regclass, 'pg_rewrite'::regclass, 'pg_publication_rel'::regclass,
        'pg_statistic_ext'::regclass, 'pg_proc'::regclass
    ) and coalesce(
        (select a.adrelid from pg_attrdef as a where d.classid = 'pg_attrdef'::regclass and a.oid = d.objid),
        (select g.tgrelid from pg_trigger as g where d.classid = 'pg_trigger'::regclass and g.oid = d.objid),
        (select p.polrelid from pg_policy as p where d.classid = 'pg_policy'::regclass and p.oid = d.objid), 0
    ) <> all (p_tables)
$$;
comment on function loader.list_referring(oid[]) is
'What depends on tables in other ways than views, keys and functions do.';
