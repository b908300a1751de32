create or replace function loader.sources_again(p_load bigint, p_entity text)
returns table (source_id bigint, complete_too boolean)
language plpgsql
stable
set search_path = loader, pg_temp
set plan_cache_mode = force_generic_plan
as $$
-- Sources of an entity that were loaded again since, or are by p_load: the decisions of the later load about the
-- same file replace those of the earlier one. complete_too: so do those about the keys that the file lacks. This is
-- not so if the later load has other files, too: their keys are not missing, and their dates make fewer records
-- count as deleted.
#variable_conflict use_column
begin
    return query
    select s.source_id, bool_or(p_entity = any (l.complete) and not exists (
        select 1 from source as u
        where u.load_id = l.load_id and p_entity = any (u.entities) and not exists (
            select 1 from source as e
            where e.load_id = s.load_id and e.name = u.name and e.priority = u.priority
                and e.snapshot is not distinct from u.snapshot
        )
    ))
    from load as mine
    join source as s on s.dataset = mine.dataset and p_entity = any (s.entities)
    join source as t on t.dataset = s.dataset and t.series = s.series and t.name = s.name and t.priority = s.priority
        and t.snapshot is not distinct from s.snapshot and t.source_id > s.source_id and p_entity = any (t.entities)
    join load as l on l.load_id = t.load_id and (l.state = 'done' or l.load_id = p_load)
    where mine.load_id = p_load
    group by s.source_id;
end
$$;
comment on function loader.sources_again(bigint, text) is
'Sources of an entity whose files were loaded again later, or are by this load.';
