-- sql/dataset/apply/drop_absent_entity.sql, mapping 000000000000
create or replace procedure marked_stage.drop_absent_thing(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Marks the rows that are missing according to thing_decision. Called by
-- apply_thing and loader.remove_absent_after_chunks.
#variable_conflict use_column
begin
    if not exists (
        select 1 from marked_stage.thing_decision as v
        where v._outcome = 'g'
    ) then
        return;
    end if;
    update marked.thing as t
    set _gone_since = coalesce(
        (
            select min(s.snapshot) from loader.source as s
            where s.load_id = _p_load and 'thing' = any(s.entities)
        ),
        current_date
    )
    where (t.number) in (
        select v.number
        from marked_stage.thing_decision as v
        where v._outcome = 'g'
    );
end
$$;
comment on procedure marked_stage.drop_absent_thing(bigint) is
'Marks the thing rows that a full snapshot lacks.';
