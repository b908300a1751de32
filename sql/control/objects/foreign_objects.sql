create or replace function loader.foreign_objects()
returns setof text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- What a drop of the schema loader would drop although the loader did not create it: other objects in it, additions
    -- to its tables, and whatever depends on any of these elsewhere, as the server itself would follow it: views,
    -- columns, rules of domains, tables that inherit from its tables or are of their types.
    with recursive own (classid, objid) as (
        select 'pg_namespace'::regclass::oid, 'loader'::regnamespace::oid
        union
        select case o.kind when 'routine' then 'pg_proc' else 'pg_class' end::regclass, o.object_oid
        from owned_objects() as o where o.kind in ('relation', 'routine')
        union
        select 'pg_type'::regclass, c.reltype from owned_objects() as o join pg_class as c on c.oid = o.object_oid
        where o.kind = 'relation' and c.relkind = 'c'
        union
        -- Parts of a table or a view: row types, indexes, keys, defaults, sequences of identities.
        select d.classid, d.objid
        from own as o join pg_depend as d on d.refclassid = o.classid and d.refobjid = o.objid
        where d.deptype in ('a', 'i') and o.classid <> 'pg_namespace'::regclass and d.classid in (
            'pg_class'::regclass, 'pg_type'::regclass, 'pg_constraint'::regclass, 'pg_attrdef'::regclass,
            'pg_rewrite'::regclass, 'pg_trigger'::regclass, 'pg_policy'::regclass
        )
    ), foreigner as (
        select distinct coalesce(r.relation, d.classid) as classid, coalesce(r.oid, d.objid) as objid, d.objsubid
        from own as o join pg_depend as d on d.refclassid = o.classid and d.refobjid = o.objid
        left join lateral (
            select 'pg_class'::regclass::oid, w.ev_class from pg_rewrite as w
            where d.classid = 'pg_rewrite'::regclass and w.oid = d.objid and w.rulename = '_RETURN'
        ) as r (relation, oid) on true
        where (d.classid, d.objid) not in (select w.classid, w.objid from own as w)
            and not exists (
                select 1 from pg_trigger as t where d.classid = 'pg_trigger'::regclass and t.oid = d.objid and t.tgisinternal
            )
            and not exists (  -- the extension itself is named
                select 1 from pg_depend as e where e.classid = d.classid and e.objid = d.objid and e.deptype = 'e'
            )
            and d.classid not in ('pg_publication_rel'::regclass, 'pg_statistic_ext'::regclass)  -- as they are on tables
    )
    select i.type || ' ' || i.identity
    from foreigner as f cross join lateral pg_identify_object(f.classid, f.objid, f.objsubid) as i
    union
    select a.kind || ' ' || a.identity
    from list_attachments(array(
        select c.oid from own as o join pg_class as c on o.classid = 'pg_class'::regclass and c.oid = o.objid
        where c.relkind in ('r', 'v') and c.relnamespace = 'loader'::regnamespace
    )) as a
$$;
comment on function loader.foreign_objects() is 'Other users'' objects in the schema loader, or on its objects.';
