create or replace function loader.carried_state(p_relations oid[])
returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
-- A digest of the versions of all rows of the catalog that say what users have set on relations, their columns and
-- their indexes, and what depends on them. It changes whenever somebody changes any of this, but not when the relations
-- are vacuumed or analyzed, because these overwrite rows of the catalog in place. It is planned once, because it is
-- computed while readers wait.
begin
    return (
        with relation as materialized (
            select unnest(p_relations) as oid
            union all
            select i.indexrelid from pg_index as i where i.indrelid = any (p_relations)
            union all
            select c.reltoastrelid from pg_class as c where c.oid = any (p_relations)
        )
        select md5(string_agg(s.version, ' ' order by s.version))
        from (
            select concat_ws('/', 'class', c.oid, c.xmin) as version
            from relation as r join pg_class as c on c.oid = r.oid
            union all
            select concat_ws('/', 'attribute', a.attrelid, a.attnum, a.xmin)
            from relation as r join pg_attribute as a on a.attrelid = r.oid and a.attnum > 0
            union all
            select concat_ws('/', 'index', i.indexrelid, i.xmin) from pg_index as i where i.indrelid = any (p_relations)
            union all
            select concat_ws('/', 'description', d.objoid, d.objsubid, d.xmin)
            from relation as r join pg_description as d on d.objoid = r.oid and d.classoid = 'pg_class'::regclass
            union all
            select concat_ws('/', 'depend', d.classid, d.objid, d.objsubid, d.refobjid, d.refobjsubid, d.xmin)
            from pg_depend as d where d.refclassid = 'pg_class'::regclass and d.refobjid = any (p_relations)
        ) as s
    );
end
$$;
comment on function loader.carried_state(oid[]) is
'A digest that changes when somebody changes what users have set on relations, or what depends on them.';
