create or replace function loader.list_dependents(p_tables oid[])
returns table (kind text, object_oid oid, owner_oid oid, identity text, carried boolean, definition text)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- What users have built on the given tables (or materialized views), and whether a publication can carry it over.
    -- owner_oid: the table that a foreign key, index or statistics object belongs to. Reads the catalogs.
    with refers as (
        select d.classid, d.objid from pg_depend as d
        where d.refclassid = 'pg_class'::regclass and d.refobjid = any (p_tables)
        union
        select d.classid, d.objid from pg_type as t
        join pg_depend as d on d.refclassid = 'pg_type'::regclass and d.refobjid in (t.oid, t.typarray)
        where t.typrelid = any (p_tables)
    )
    select distinct
        case c.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'rule' end, c.oid, c.oid,
        format('%I.%I', n.nspname, c.relname),
        -- One that reads the tables through a view as well would be made of rows of both versions.
        r.rulename = '_RETURN' and (c.relkind = 'v' or c.relkind = 'm' and exists (
            select 1 from loader.reading_views(p_tables) as v where v.object_oid = c.oid and v.is_direct)),
        case r.rulename when '_RETURN' then pg_get_viewdef(c.oid) else pg_get_ruledef(r.oid) end
    from refers as d
    join pg_rewrite as r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
    join pg_class as c on c.oid = r.ev_class
    join pg_namespace as n on n.oid = c.relnamespace
    where not (c.oid = any (p_tables) and r.rulename = '_RETURN')
    union all
    select distinct
        case k.contype when 'f' then 'foreign key' else 'constraint' end, k.oid, k.conrelid,
        format('%s on %s', quote_ident(k.conname), k.conrelid::regclass),
        k.contype = 'f' and k.conrelid <> all (p_tables) and (
            -- Before 18 a foreign key of a partitioned table cannot come back NOT VALID.
            current_setting('server_version_num')::integer >= 180000
            or not exists (select 1 from pg_partitioned_table as p where p.partrelid = k.conrelid)),
        pg_get_constraintdef(k.oid)
    from refers as d
    join pg_constraint as k on d.classid = 'pg_constraint'::regclass and k.oid = d.objid
    where k.contype in ('f', 'c', 'u', 'x') and k.conparentid = 0 and k.conname !~ '^loader_[0-9a-f]{32}$'
    union all
    select 'index', i.indexrelid, i.indrelid, i.indexrelid::regclass::text, true, pg_get_indexdef(i.indexrelid)
    from pg_index as i
    where i.indrelid = any (p_tables)
        and i.indexrelid not in (select k.conindid from pg_constraint as k where k.contype in ('p', 'u', 'x'))
        and coalesce(obj_description(i.indexrelid, 'pg_class'), '') not like 'Made by the mapping%'
    union all
    select 'statistics', e.oid, e.stxrelid, format('%I.%I', n.nspname, e.stxname), true, pg_get_statisticsobjdef(e.oid)
    from pg_statistic_ext as e join pg_namespace as n on n.oid = e.stxnamespace
    where e.stxrelid = any (p_tables)
    union all
    select distinct 'function', p.oid, p.oid, p.oid::regprocedure::text, false, ''
    from refers as d join pg_proc as p on d.classid = 'pg_proc'::regclass and p.oid = d.objid
    union all
    select distinct 'column', a.attrelid, a.attrelid, format('%s.%I', a.attrelid::regclass, a.attname), false, ''
    from pg_attribute as a
    join pg_class as c on c.oid = a.attrelid and c.relkind <> 'v'
    left join pg_type as t on a.atttypid in (t.oid, t.typarray) and t.typrelid = any (p_tables)
    where a.attnum > 0 and not a.attisdropped and (
        t.oid is not null
        -- One that the loader has not made.
        or a.attrelid = any (p_tables) and c.relkind = 'r' and exists (
            select 1 from loader.owned_object as o
            where o.schema_name = (select n.nspname from pg_namespace as n where n.oid = c.relnamespace)
                and o.kind = 'relation'
                and o.object_name = c.relname and o.made ? 'columns' and not o.made -> 'columns' ? a.attname))
    union all
    select 'policy', p.oid, p.polrelid, format('%I on %s', p.polname, p.polrelid::regclass), false, ''
    from pg_policy as p where p.polrelid = any (p_tables)
    union all
    select 'row level security', c.oid, c.oid, c.oid::regclass::text, false, ''
    from pg_class as c where c.oid = any (p_tables) and c.relrowsecurity
    union all
    select 'trigger', t.oid, t.tgrelid, format('%I on %s', t.tgname, t.tgrelid::regclass), false, ''
    from pg_trigger as t where t.tgrelid = any (p_tables) and not t.tgisinternal
    union all
    select 'publication', p.oid, r.prrelid, format('%I of %s', p.pubname, r.prrelid::regclass), false, ''
    from pg_publication_rel as r join pg_publication as p on p.oid = r.prpubid where r.prrelid = any (p_tables)
    union all
    select 'inheriting table', i.inhrelid, i.inhrelid, i.inhrelid::regclass::text, false, ''
    from pg_inherits as i where i.inhparent = any (p_tables)
$$;
comment on function loader.list_dependents(oid[]) is
'What users have built on tables, and whether a publication can carry it over.';
