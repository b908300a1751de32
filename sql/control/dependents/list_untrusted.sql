create or replace function loader.list_untrusted(p_relations oid[])
returns table (object_oid oid, line text)
language sql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
    -- Queries of views (object_oid: the view), indexes and statistics objects of relations that must not be created
    -- again, because this would run code of roles that lack the rights of the current one. The server converts constants
    -- while it parses a statement, as the current role, and thereby evaluates the checks of domains: of the constant's
    -- type, its elements, attributes or bounds. The owner of a type can add such a check at any time, and also exchange
    -- types by renaming them, as the owner of the schema can; so every type of such a role counts. Views need to be
    -- locked meanwhile; the other queries and expressions cannot be changed. Reads the catalogs.
    with recursive item as materialized (
        select 'pg_rewrite'::regclass as class_oid, r.oid, r.ev_class as object_oid, null::pg_node_tree as other,
            r.ev_action as tree
        from pg_rewrite as r where r.ev_class = any (p_relations) and r.rulename = '_RETURN'
        union all
        select 'pg_class'::regclass, i.indexrelid, i.indexrelid, i.indpred, i.indexprs
        from pg_index as i where i.indrelid = any (p_relations)
        union all
        select 'pg_statistic_ext'::regclass, e.oid, e.oid, null, e.stxexprs
        from pg_statistic_ext as e where e.stxrelid = any (p_relations)
    ), used as materialized (
        select i.class_oid, i.oid, d.refobjid as type_oid
        from item as i
        join pg_depend as d on d.classid = i.class_oid and d.objid = i.oid and d.refclassid = 'pg_type'::regclass
    ), part (type_oid, part_oid) as (
        select u.type_oid, u.type_oid from used as u
        union
        select p.type_oid, x.oid
        from part as p
        join pg_type as t on t.oid = p.part_oid
        cross join lateral (
            select unnest(array[t.typelem, t.typbasetype])
            union all
            select case when r.rngtypid = t.oid then r.rngsubtype else r.rngtypid end
            from pg_range as r where t.oid in (r.rngtypid, r.rngmultitypid)
            union all
            select a.atttypid from pg_attribute as a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
        ) as x (oid)
        where x.oid <> 0
    ), untrusted as (
        select p.type_oid, min(o.name) as owner
        from part as p
        join pg_type as t on t.oid = p.part_oid
        join pg_namespace as n on n.oid = t.typnamespace
        cross join lateral (select unnest(array[t.typowner, n.nspowner])) as w (oid)
        join pg_database as d on d.datname = current_database()
        -- The role that is the owner of the schema public stands for the owner of the database.
        cross join lateral (
            select pg_get_userbyid(case w.oid when 'pg_database_owner'::regrole then d.datdba else w.oid end) as name
        ) as o
        where not pg_has_role(o.name, current_user, 'usage')
        group by p.type_oid
    )
    select distinct on (i.object_oid) i.object_oid, format(
        '%s %s (it has a constant of type %s, and code of %I would run as %I)', x.type, x.identity,
        format_type(u.type_oid, null), b.owner, current_user
    )
    from untrusted as b
    join used as u on u.type_oid = b.type_oid
    join item as i on i.class_oid = u.class_oid and i.oid = u.oid
        and position(format(' :consttype %s ', u.type_oid) in concat(i.tree, i.other)) > 0
    cross join lateral pg_identify_object(
        case i.class_oid when 'pg_rewrite'::regclass then 'pg_class'::regclass else i.class_oid end, i.object_oid, 0
    ) as x
    order by i.object_oid, u.type_oid
$$;
comment on function loader.list_untrusted(oid[]) is
'What cannot be created again on new tables without running code of others with the rights of the current role.';
