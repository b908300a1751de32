create or replace function loader.list_dependents(p_tables oid[])
returns table (kind text, object_oid oid, owner_oid oid, identity text, carried boolean)
language sql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
    -- What users have built on tables (or materialized views), and whether a publication can carry it over. owner_oid:
    -- the table that a foreign key, index or statistics object belongs to. Reads the catalogs.
    -- Uses a generic plan, because planning takes longer than running it.
    with refers as (
        select d.classid, d.objid from pg_depend as d
        where d.refclassid = 'pg_class'::regclass and d.refobjid = any (p_tables)
        union
        select d.classid, d.objid from pg_type as t
        join pg_depend as d on d.refclassid = 'pg_type'::regclass and d.refobjid in (t.oid, t.typarray)
        where t.oid in (select c.reltype from pg_class as c where c.oid = any (p_tables))
    )
    select distinct
        case c.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'rule' end, c.oid, c.oid,
        format('%I.%I', n.nspname, c.relname),
        -- A materialized view that also reads the tables through a view would mix rows of both versions. In a schema
        -- where the loader keeps the versions before and after, it would have no room beside its own.
        r.rulename = '_RETURN' and not pg_is_other_temp_schema(n.oid) and (c.relkind = 'v' or c.relkind = 'm'
            and exists (select 1 from loader.reading_views(p_tables) as v where v.object_oid = c.oid and v.is_direct)
            and not exists (select 1 from loader.dataset as s where n.nspname in (s.build_schema, s.old_schema)))
    from refers as d
    join pg_rewrite as r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
    join pg_class as c on c.oid = r.ev_class
    join pg_namespace as n on n.oid = c.relnamespace
    where c.oid <> all (p_tables)
    union all
    select distinct
        case k.contype when 'f' then 'foreign key' else 'constraint' end, k.oid, k.conrelid,
        format('%s on %s', quote_ident(k.conname), k.conrelid::regclass),
        k.contype = 'f' and (
            -- Before version 18, a foreign key of a partitioned table cannot be created NOT VALID.
            current_setting('server_version_num')::integer >= 180000
            or not exists (select 1 from pg_partitioned_table as p where p.partrelid = k.conrelid))
    from refers as d
    join pg_constraint as k on d.classid = 'pg_constraint'::regclass and k.oid = d.objid
    where k.contype in ('f', 'c', 'u', 'x') and k.conparentid = 0 and k.conrelid <> all (p_tables)
        and not loader.is_own_key(k.conname, k.conrelid, k.confrelid)
    union all
    select distinct 'function', p.oid, p.oid, p.oid::regprocedure::text, false
    from refers as d join pg_proc as p on d.classid = 'pg_proc'::regclass and p.oid = d.objid
    union all
    select distinct 'column', a.attrelid, a.attrelid, format('%s.%I', a.attrelid::regclass, a.attname), false
    from refers as d
    join pg_attribute as a on d.classid = 'pg_class'::regclass and a.attrelid = d.objid and not a.attisdropped
    join pg_type as t on t.oid = a.atttypid
    left join pg_type as e on e.oid = t.typelem
    where t.typrelid = any (p_tables) or e.typrelid = any (p_tables)
    union all
    select a.kind, a.object_oid, a.owner_oid, a.identity, a.carried
    from loader.list_attachments(p_tables) as a
$$;
comment on function loader.list_dependents(oid[]) is
'What users have built on tables, and whether a publication can carry it over.';
