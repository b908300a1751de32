create or replace function loader.list_forbidden(p_tables oid[])
returns setof text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- What a publication cannot carry over from tables only because the current role lacks rights, one line each, with
    -- the grants that help. Creating an object again needs the rights of its owner, and the right to create in its
    -- schema.
    select format('%s %s (%I needs: %s)', d.kind, d.identity, current_user, concat_ws('; ',
        case when not pg_has_role(o.owner, 'usage') then format('grant %I to %I', o.name, current_user) end,
        case when not has_schema_privilege(o.schema_oid, 'create') and not has_schema_privilege(o.owner, o.schema_oid, 'create')
            then format('grant usage, create on schema %s to %I', o.schema_oid::regnamespace, current_user) end
    ))
    from pg_roles as r
    cross join lateral list_dependents(p_tables) as d
    cross join lateral (
        select c.relowner, c.relnamespace from pg_class as c where d.kind <> 'statistics' and c.oid = d.owner_oid
        union all
        select e.stxowner, e.stxnamespace from pg_statistic_ext as e where d.kind = 'statistics' and e.oid = d.object_oid
    ) as x (owner, schema_oid)
    cross join lateral (select x.*, pg_get_userbyid(x.owner) as name) as o
    where r.rolname = current_user and not r.rolsuper
        and d.carried and d.kind in ('view', 'materialized view', 'foreign key', 'statistics') and (
        not pg_has_role(o.owner, 'usage')
        or d.kind <> 'foreign key' and not has_schema_privilege(o.schema_oid, 'create')
    )
$$;
comment on function loader.list_forbidden(oid[]) is
'What a publication cannot carry over only because the current role lacks rights, with the grants that help.';
