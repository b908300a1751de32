create or replace function loader.missing_grants()
returns setof text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- The statements that give the group roles the rights that they should have, and revoke others; none if nothing is
    -- missing. Workers: every routine of the schema loader that is a security definer, and in each dataset COPY into
    -- the build and into the staging of slots, and the comparison with rows (changed_…). They cannot read any table.
    -- Readers: SELECT on the control tables, on what the loader has created in target and history, and the functions
    -- there. Security definers are never executable by everybody, with or without roles. What users have created in the
    -- schemas of their tables is not touched.
    with level (worker, reader) as (
        select role_of('worker'), role_of('reader')
    ), place (schema_oid, kind, dataset) as (
        select 'loader'::regnamespace::oid, 'loader', null
        union all
        select to_regnamespace(quote_ident(s.name))::oid, s.kind, d.dataset
        from dataset as d
        cross join lateral (
            values (d.target_schema, 'target'), (d.stage_schema, 'stage'), (d.build_schema, 'build'),
            (d.dataset || '_history', 'history')
        ) as s (name, kind)
    ), relation (name, object_oid, kind, place_kind) as (
        select c.oid::regclass::text, c.oid, c.relkind, p.kind
        from owned_objects() as o
        join pg_class as c on o.kind = 'relation' and c.oid = o.object_oid and c.relkind in ('r', 'v')
        join place as p on p.schema_oid = c.relnamespace
        where case p.kind when 'stage' then c.relispartition when 'build' then o.object_name <> '_canary' else true end
    ), routine (name, object_oid, is_definer) as (
        select f.oid::regprocedure::text, f.oid, f.prosecdef
        from owned_objects() as o
        join pg_proc as f on o.kind = 'routine' and f.oid = o.object_oid
        join place as p on p.schema_oid = f.pronamespace
        where p.kind in ('loader', 'stage')
    )
    select format('grant usage on schema %s to %I', p.schema_oid::regnamespace, w.role_name)
    from level
    cross join lateral (
        values (level.worker, array['loader', 'stage', 'build']), (level.reader, array['loader', 'target', 'history'])
    ) as w (role_name, kinds)
    join place as p on p.kind = any (w.kinds)
    join pg_namespace as n on n.oid = p.schema_oid
    where w.role_name is not null and not has_schema_privilege(w.role_name, n.oid, 'usage')
    union all
    select format('grant select on %s to %I', r.name, level.reader)
    from level
    join relation as r on r.place_kind in ('loader', 'target', 'history')
    where level.reader is not null and not has_table_privilege(level.reader, r.object_oid, 'select')
    union all
    select format('grant insert on %s to %I', r.name, level.worker)
    from level
    join relation as r on r.place_kind in ('stage', 'build')
    where level.worker is not null and not has_table_privilege(level.worker, r.object_oid, 'insert')
    union all
    select format('revoke all on %s from %I', r.name, level.worker)
    from level
    join relation as r on r.place_kind = 'target'
    where level.worker is not null and has_table_privilege(level.worker, r.object_oid, 'insert')
    union all
    select format('revoke execute on routine %s from public', f.name)
    from routine as f
    where f.is_definer and has_function_privilege('public', f.object_oid, 'execute')
    union all
    select format('grant execute on routine %s to %I', f.name, level.worker)
    from level
    join routine as f on f.is_definer
    where level.worker is not null and (
        not has_function_privilege(level.worker, f.object_oid, 'execute')
        or has_function_privilege('public', f.object_oid, 'execute')
    )
$$;
comment on function loader.missing_grants() is
'Statements that grant the group roles the rights that they lack, and revoke those that they should not have.';
