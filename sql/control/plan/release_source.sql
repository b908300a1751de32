create or replace function loader.release_source(p_source bigint, p_token bigint)
returns void
language sql
security definer
set search_path = loader, pg_temp
as $$
    -- Gives a source back unplanned, for example when its planner is told to stop. Writes source.
    update source as s set state = 'registered', planner = null, plan_token = null, planned_until = null
    where s.source_id = p_source and s.plan_token = p_token and s.state = 'planning'
$$;
comment on function loader.release_source(bigint, bigint) is 'Returns a source that is not planned.';
