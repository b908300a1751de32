create or replace function loader.owned_objects(
    p_dataset text default null, p_schema text default null, p_names text[] default null
)
returns table (dataset text, schema_name text, kind text, object_name text, object_oid oid, made jsonb)
language sql
stable
set search_path = loader, pg_temp
set quote_all_identifiers = off
set plan_cache_mode = force_generic_plan
as $$
    -- The only place that decides whether the loader created an object: it did if loader.owned_object has the name, and
    -- the object or its primary key still has the comment that the loader gave it. Everything else belongs to somebody
    -- else, and is never dropped, renamed, moved or emptied. Names and comments survive pg_dump and pg_upgrade; OIDs
    -- would not. A schema is also the loader's while it contains an object of the loader's. Comments are read from
    -- pg_description, because obj_description takes 50 µs per call, and there are hundreds of objects. p_dataset null:
    -- of all datasets, and of the control schema; p_schema null: in all schemas; p_names null: all names.
    -- From PostgreSQL 18 on, it is planned once, because loads call it about ten times, and planning takes longer than
    -- running it.
    with recorded as (
        select o.*, n.oid as schema_oid from owned_object as o join pg_namespace as n on n.nspname = o.schema_name
        where (p_dataset is null or o.dataset = p_dataset) and (p_schema is null or o.schema_name = p_schema)
            and (p_names is null or o.object_name = any (p_names))
    ), routine as materialized (
        select p.oid, p.pronamespace as schema_oid, p.proname || '(' || oidvectortypes(p.proargtypes) || ')' as name
        from pg_proc as p where p.pronamespace in (select r.schema_oid from recorded as r where r.kind = 'routine')
    ), standing as (
        select r.*, c.oid from recorded as r
        join pg_class as c on c.relnamespace = r.schema_oid and c.relname = r.object_name
        left join pg_constraint as k on k.conrelid = c.oid and k.contype = 'p'
        where r.kind = 'relation' and exists (
            select 1 from pg_description as x
            where x.objoid in (c.oid, k.oid, c.reltype) and x.objsubid = 0 and x.description = r.mark
                and (x.classoid, x.objoid) in (
                    ('pg_class'::regclass, c.oid), ('pg_constraint'::regclass, k.oid), ('pg_type'::regclass, c.reltype)
                )
        )
        union all
        select r.*, p.oid from recorded as r
        join routine as p on p.schema_oid = r.schema_oid and p.name = r.object_name
        join pg_description as x on x.classoid = 'pg_proc'::regclass and x.objoid = p.oid and x.objsubid = 0
        where r.kind = 'routine' and r.mark = x.description
    )
    select s.dataset, s.schema_name, s.kind, s.object_name, s.oid, s.made from standing as s
    union all
    select r.dataset, r.schema_name, r.kind, r.object_name, r.schema_oid, r.made from recorded as r
    where r.kind = 'schema' and (
        obj_description(r.schema_oid, 'pg_namespace') = r.mark
        or r.schema_name in (select s.schema_name from standing as s)
    )
$$;
comment on function loader.owned_objects(text, text, text[]) is
'The loader''s objects that nobody has replaced: they are recorded by name and still have its comment.';
