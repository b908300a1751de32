create or replace function loader.list_attachments(p_tables oid[])
returns table (kind text, object_oid oid, owner_oid oid, identity text, carried boolean)
language sql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
    -- What users have added to tables (or materialized views), so that it would be dropped with them, and whether a
    -- publication can carry it over. owner_oid: the table. Reads the catalogs by table, and is quick.
    -- Uses a generic plan, because planning takes longer than running it.
    with made as materialized (
        select m.table_oid as oid, m.made from loader.made_as(p_tables) as m
    )
    -- A user's index with the name of one of the loader's cannot be created beside it on the successor. Older versions
    -- of the loader did not record the shapes of indexes.
    select 'index' as kind, i.indexrelid, i.indrelid, i.indexrelid::regclass::text,
        not coalesce(m.made -> 'indexes' ? c.relname, false)
    from pg_index as i
    join pg_class as c on c.oid = i.indexrelid
    join made as m on m.oid = i.indrelid
    where i.indexrelid not in (
            select k.conindid from pg_constraint as k where k.conrelid = i.indrelid and k.contype in ('p', 'u', 'x')
        )
        and coalesce(
            not m.made -> 'indexes' ? c.relname
            or m.made -> 'index_shapes' ->> c.relname <> loader.index_shape(c.oid), true
        )
    union all
    select 'renamed key', k.conindid, k.conrelid, format(
            '%1$s (name it back: alter index %1$s rename to %2$I)', k.conindid::regclass, c.relname || '_pkey'
        ), false
    from made as m
    join pg_class as c on c.oid = m.oid
    join pg_constraint as k on k.conrelid = m.oid and k.contype = 'p'
    where k.conrelid = any (p_tables) and not m.made -> 'indexes' ? k.conname
    union all
    select 'statistics', e.oid, e.stxrelid, format('%I.%I', n.nspname, e.stxname), true
    from pg_statistic_ext as e join pg_namespace as n on n.oid = e.stxnamespace
    where e.stxrelid = any (p_tables)
    union all
    select 'constraint', k.oid, k.conrelid, format('%s on %s', quote_ident(k.conname), k.conrelid::regclass), false
    from made as m
    join pg_constraint as k on k.conrelid = m.oid and k.contype in ('f', 'c', 'u', 'x') and k.conparentid = 0
    where k.conrelid = any (p_tables) and m.made ? 'columns' and not coalesce(m.made -> 'constraints' ? k.conname, false)
        and not loader.is_own_key(k.conname, k.conrelid, k.confrelid)
    union all
    select 'column', a.attrelid, a.attrelid, format('%s.%I', a.attrelid::regclass, a.attname), false
    from made as m join pg_attribute as a on a.attrelid = m.oid
    where a.attrelid = any (p_tables) and a.attnum > 0 and not a.attisdropped and m.made ? 'columns' and not m.made -> 'columns' ? a.attname
    union all
    select 'policy', p.oid, p.polrelid, format('%I on %s', p.polname, p.polrelid::regclass), false
    from pg_policy as p where p.polrelid = any (p_tables)
    union all
    select 'trigger', t.oid, t.tgrelid, format('%I on %s', t.tgname, t.tgrelid::regclass), false
    from pg_trigger as t where t.tgrelid = any (p_tables) and not t.tgisinternal
        and t.tgfoid is distinct from to_regprocedure('loader.refuse_write()')  -- of a build that waits for publication
    union all
    select 'rule', r.oid, r.ev_class, format('%I on %s', r.rulename, r.ev_class::regclass), false
    from pg_rewrite as r where r.ev_class = any (p_tables) and r.rulename <> '_RETURN'
    union all
    select 'sequence', c.oid, d.refobjid, format('%s of %s', c.oid::regclass, d.refobjid::regclass), false
    from pg_depend as d join pg_class as c on c.oid = d.objid and c.relkind = 'S'
    where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass
        and d.refobjid = any (p_tables) and d.deptype = 'a'
    union all
    select 'publication', p.oid, r.prrelid, format('%I of %s', p.pubname, r.prrelid::regclass), false
    from pg_publication_rel as r join pg_publication as p on p.oid = r.prpubid where r.prrelid = any (p_tables)
$$;
comment on function loader.list_attachments(oid[]) is
'What users have added to tables and would be dropped with them, and whether a publication can carry it over.';
