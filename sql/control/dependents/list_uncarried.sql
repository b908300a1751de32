create or replace function loader.list_uncarried(p_tables oid[], p_views oid[] default null)
returns setof text
language sql
stable
set search_path = loader, pg_temp
set quote_all_identifiers = off
as $$
    -- What a publication cannot carry over from tables to their successors, one line each. p_views: materialized views
    -- that have a successor, possibly among the tables; null: all that read the tables directly will get one.
    with dependent as materialized (
        select d.* from list_dependents(p_tables) as d
    ), carried as materialized (
        select array(
            select c.oid from pg_class as c where c.oid = any (p_views) and c.relkind = 'm'
            union all
            select d.object_oid from dependent as d where p_views is null and d.kind = 'materialized view' and d.carried
        ) as views
    ), above as materialized (
        select d.* from carried as c cross join lateral list_dependents(c.views) as d
    )
    select d.kind || ' ' || d.identity || case
        -- The number of its temporary schema identifies the session; servers from version 16 on know its process.
        when c.relpersistence = 't' then concat(
            ' (temporary, of a session of ', pg_get_userbyid(c.relowner), ', pid ' || case
                when current_setting('server_version_num')::integer >= 160000
                    then pg_stat_get_backend_pid(substring(c.relnamespace::regnamespace::text from '[0-9]+$')::integer)
            end, ')')
        when d.kind <> 'materialized view' then ''
        when d.carried then ' (it is new)'
        when exists (select 1 from reading_views(p_tables) as v where v.object_oid = d.object_oid and not v.is_direct)
            then ' (it reads the tables through a view as well)'
        else ' (in a schema that the loader uses)' end
    from dependent as d
    cross join carried as x
    left join pg_class as c on d.kind in ('view', 'materialized view') and c.oid = d.object_oid
    where not d.carried or d.kind = 'materialized view' and d.object_oid <> all (x.views)
    union
    select d.kind || ' ' || d.identity || ' (built on a materialized view)'
    from above as d
    where not d.carried or d.kind = 'materialized view'
    union
    select a.kind || ' ' || a.identity from carried as c cross join lateral list_alterations(p_tables || c.views) as a
    union
    select u.line from carried as c cross join lateral list_untrusted(p_tables || c.views || array(
        select d.object_oid from dependent as d where d.kind = 'view'
        union all
        select d.object_oid from above as d where d.kind = 'view'
    )) as u
    union
    -- All successors are created in one schema, with their indexes.
    select format('index %s (%s has an index of the same name)', i.indexrelid::regclass, o.indrelid::regclass)
    from carried as x
    join pg_index as i on i.indrelid = any (x.views)
    join pg_class as c on c.oid = i.indexrelid
    join pg_index as o on o.indrelid = any (p_tables || x.views) and o.indexrelid <> i.indexrelid
    join pg_class as n on n.oid = o.indexrelid and n.relname = c.relname
$$;
comment on function loader.list_uncarried(oid[], oid[]) is
'What a publication cannot carry over from tables to their successors.';
