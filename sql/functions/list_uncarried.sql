create or replace function loader.list_uncarried(p_tables oid[], p_views oid[] default null)
returns setof text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- What a publication cannot carry over from tables to their successors, a line for each thing.
    -- p_views: materialized views that have a successor; null: all that read the tables directly will get one.
    with dependent as materialized (
        select d.* from list_dependents(p_tables) as d
    ), carried as materialized (
        select coalesce(p_views, array(
            select d.object_oid from dependent as d where d.kind = 'materialized view' and d.carried
        )) as views
    )
    select d.kind || ' ' || d.identity || case when d.kind <> 'materialized view' then ''
        when not d.carried then ' (it reads the tables through a view as well)' else ' (it is new)' end
    from dependent as d cross join carried as c
    where not d.carried or d.kind = 'materialized view' and d.object_oid <> all (c.views)
    union
    select d.kind || ' ' || d.identity || ' (built on a materialized view)'
    from carried as c cross join lateral list_dependents(c.views) as d
    where not d.carried or d.kind = 'materialized view'
    union
    select a.kind || ' ' || a.identity from carried as c cross join lateral list_alterations(p_tables || c.views) as a
$$;
comment on function loader.list_uncarried(oid[], oid[]) is
'What a publication cannot carry over from tables to their successors.';
