create or replace function loader.foreign_objects()
returns setof text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- What a drop of the schema loader would take along that the loader did not make: whatever else is in it, and what
    -- elsewhere depends on its tables and views, or was put on them.
    with own as materialized (
        select o.kind, o.object_oid from owned_objects(p_schema => 'loader') as o
    ), own_table as materialized (
        select array(
            select c.oid from own as o join pg_class as c on o.kind = 'relation' and c.oid = o.object_oid
            where c.relkind in ('r', 'v')
        ) as relations
    )
    select i.type || ' ' || i.identity
    from pg_depend as d
    left join pg_type as t on d.classid = 'pg_type'::regclass and t.oid = d.objid
    cross join lateral pg_identify_object(d.classid, d.objid, 0) as i
    where d.refclassid = 'pg_namespace'::regclass and d.refobjid = 'loader'::regnamespace
        and coalesce(t.typrelid, d.objid) not in (select o.object_oid from own as o)
        -- The sequences of identity columns go with their tables.
        and not exists (
            select 1 from pg_depend as x
            where x.classid = d.classid and x.objid = d.objid and x.deptype = 'i'
        )
    union
    select d.identity
    from own_table as t
    cross join lateral list_dependents(t.relations) as d
    left join pg_class as c on c.oid = d.owner_oid and d.kind <> 'function'
    left join pg_proc as p on p.oid = d.owner_oid and d.kind = 'function'
    where coalesce(c.relnamespace, p.pronamespace) <> 'loader'::regnamespace
    union
    select a.kind || ' ' || a.identity from own_table as t cross join lateral list_attachments(t.relations) as a
    union
    select r.kind || ' ' || r.identity from own_table as t cross join lateral list_referring(t.relations) as r
$$;
comment on function loader.foreign_objects() is 'What others have in, or on, the schema loader.';
