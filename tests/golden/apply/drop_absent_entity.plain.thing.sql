-- sql/dataset/apply/drop_absent_entity.sql, mapping 000000000000
create or replace procedure plain_stage.drop_absent_thing(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Deletes the rows that are missing according to thing_decision. Called by
-- apply_thing and loader.remove_absent_after_chunks.
#variable_conflict use_column
begin
    if not exists (
        select 1 from plain_stage.thing_decision as v
        where v._outcome = 'g'
    ) then
        return;
    end if;
    delete from plain.thing_part_mark as t
    where (t.thing_place, t.thing_number) in (
        select v.place, v.number
        from plain_stage.thing_decision as v
        where v._outcome = 'g'
    );
    delete from plain.thing_part as t
    where (t.thing_place, t.thing_number) in (
        select v.place, v.number
        from plain_stage.thing_decision as v
        where v._outcome = 'g'
    );
    delete from plain.thing as t
    where (t.place, t.number) in (
        select v.place, v.number
        from plain_stage.thing_decision as v
        where v._outcome = 'g'
    );
end
$$;
comment on procedure plain_stage.drop_absent_thing(bigint) is
'Deletes the thing rows that a full snapshot lacks.';
