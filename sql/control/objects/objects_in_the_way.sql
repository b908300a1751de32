create or replace function loader.objects_in_the_way(p_dataset text, p_names jsonb)
returns setof text
language sql
stable
set search_path = loader, pg_temp
set plan_cache_mode = force_generic_plan
as $$
    -- Objects that the loader did not create and that are in the way of a dataset: everything in a companion schema
    -- that is not the loader's, and everything with a name that the dataset needs (p_names: as in
    -- loader.dataset.object_names). The target schema may be a user's, and contain the user's objects with other names.
    -- From PostgreSQL 18 on, it is planned once, because planning takes longer than running it.
    with place as (
        select s.place, s.schema_name, n.oid from dataset_schemas(p_dataset) as s
        join pg_namespace as n on n.nspname = s.schema_name
    ), owned as materialized (
        select o.kind, o.schema_name, o.object_oid from owned_objects(p_dataset) as o
    ), wanted as (
        select p.place, p.oid as schema_oid, n.name
        from place as p
        cross join lateral jsonb_array_elements_text(
            p_names -> case p.place when 'old' then 'build' else p.place end
        ) as n (name)
    ), stranger as (
        select d.classid, d.objid
        from place as p
        join pg_depend as d on d.refclassid = 'pg_namespace'::regclass and d.refobjid = p.oid
        where p.place <> 'target'
            and p.schema_name not in (select o.schema_name from owned as o)
            and d.classid not in (
                'pg_default_acl'::regclass, coalesce(to_regclass('pg_publication_namespace'), 0)
            )
        union
        select 'pg_class'::regclass, c.oid from wanted as w
        join pg_class as c on c.relnamespace = w.schema_oid and c.relname = w.name
        left join pg_index as i on i.indexrelid = c.oid
        where c.relkind <> 't' and coalesce(i.indrelid, c.oid) not in (
            select o.object_oid from owned as o where o.kind = 'relation'
        )
        union
        select 'pg_type'::regclass, t.oid from wanted as w
        join pg_type as t on t.typnamespace = w.schema_oid and t.typname = w.name
        where t.typrelid = 0
        union
        select 'pg_proc'::regclass, p.oid from wanted as w
        join pg_proc as p on p.pronamespace = w.schema_oid and p.proname = w.name
        where w.place in ('stage', 'history')
            and p.oid not in (select o.object_oid from owned as o where o.kind = 'routine')
    )
    select i.type || ' ' || i.identity
    from stranger as s cross join lateral pg_identify_object(s.classid, s.objid, 0) as i
    union all
    -- The owner of a schema may replace all that is in it, and the loader's procedures run with the rights of others.
    select format('schema %1$I: alter schema %1$I owner to %2$I', p.schema_name, current_user)
    from place as p
    join pg_namespace as n on n.oid = p.oid
    where p.place <> 'target' and p.schema_name not in (select o.schema_name from owned as o where o.kind = 'schema')
        and not is_trusted_owner(n.nspowner)
    order by 1
$$;
comment on function loader.objects_in_the_way(text, jsonb) is
'Objects that the loader did not make, and that have names which a dataset needs.';
