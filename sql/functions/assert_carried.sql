create or replace function loader.assert_carried(p_tables oid[], p_hint text, p_views oid[] default null)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Raises LD008 when something depends on tables that a publication cannot carry over to their successors.
-- p_views: materialized views that have a successor; null: all that read the tables directly will get one.
declare
    v_views oid[] := coalesce(
        p_views,
        array(
            select d.object_oid from list_dependents(p_tables) as d where d.kind = 'materialized view' and d.carried
        )
    );
    v_bad text;
begin
    select string_agg(d.kind || ' ' || d.identity, E'\n' order by d.kind, d.identity) into v_bad
    from (
        select x.kind, x.identity || case when x.kind <> 'materialized view' then ''
            when not x.carried then ' (it reads the tables through a view as well)' else ' (it is new)' end as identity
        from list_dependents(p_tables) as x
        where not x.carried or x.kind = 'materialized view' and x.object_oid <> all (v_views)
        union
        select x.kind, x.identity || ' (built on a materialized view)' from list_dependents(v_views) as x
        where not x.carried or x.kind = 'materialized view'
    ) as d;
    if v_bad is not null then
        raise exception using
            message = 'the new tables cannot be published: '
                || 'something depends on the old ones that cannot be carried over',
            errcode = 'LD008', detail = v_bad, hint = p_hint;
    end if;
end
$$;
comment on function loader.assert_carried(oid[], text, oid[]) is
'Raises LD008 with the list of what a publication cannot carry over.';
