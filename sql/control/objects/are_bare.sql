create or replace function loader.are_bare(p_tables oid[])
returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- Whether tables have only the columns with which the loader has created them, and nothing depends on them: no
    -- index, constraint, trigger, view or other object, whoever has created it. pg_depend alone proves this, while
    -- loader.list_bound reads nearly all catalogs. From PostgreSQL 18 on, NOT NULL is a constraint.
    select not exists (
        select 1 from pg_class as c
        join pg_depend as d on d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid
        where c.oid = any (p_tables)
            and (d.classid, d.objid) not in (('pg_type'::regclass, c.reltype), ('pg_class'::regclass, c.reltoastrelid))
            and not exists (
                select 1 from pg_constraint as k
                where d.classid = 'pg_constraint'::regclass and k.oid = d.objid and k.contype = 'n'
            )
    ) and not exists (
        select 1 from pg_type as t
        join pg_depend as d on d.refclassid = 'pg_type'::regclass and d.refobjid in (t.oid, t.typarray)
        where t.oid in (select c.reltype from pg_class as c where c.oid = any (p_tables))
            and (d.classid, d.objid) <> ('pg_type'::regclass, t.typarray)
    ) and not exists (
        select 1 from loader.made_as(p_tables) as m
        join pg_attribute as a on a.attrelid = m.table_oid and a.attnum > 0 and not a.attisdropped
        where not coalesce(m.made -> 'columns' ? a.attname, false)
    ) and not exists (select 1 from pg_inherits as i where i.inhrelid = any (p_tables))
        and not exists (select 1 from pg_class as c where c.oid = any (p_tables) and c.relkind <> 'r')
$$;
comment on function loader.are_bare(oid[]) is
'Whether tables have only the columns with which the loader has created them, and nothing depends on them.';
