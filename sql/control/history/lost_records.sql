create or replace function loader.lost_records(p_kind text, p_loads bigint[], p_entity text default null)
returns table (load_id bigint, entity text, noted bigint, missing bigint)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Those of some loads that have left something for later ones to go by, of which rows are not there any more. Of
    -- changes it is a loss, too, when there are more: states of before are made of all of them.
    select r.load_id, r.entity, r.noted, r.noted - r.found
    from recorded_rows(p_kind, p_loads, p_entity) as r
    where r.found < r.noted or p_kind = 'changes' and r.found > r.noted
$$;
comment on function loader.lost_records(text, bigint[], text) is
'Loads whose recorded rows, on which later loads depend, are missing in part.';
