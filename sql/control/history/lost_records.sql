create or replace function loader.lost_records(p_kind text, p_loads bigint[], p_entity text default null)
returns table (load_id bigint, entity text, noted bigint, missing bigint)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Those of some loads of which rows are missing on which later loads depend. For changes, additional rows are a
    -- loss, too, because former states are computed from all of them.
    select r.load_id, r.entity, r.noted, r.noted - r.found
    from recorded_rows(p_kind, p_loads, p_entity) as r
    where r.found < r.noted or p_kind = 'changes' and r.found > r.noted
$$;
comment on function loader.lost_records(text, bigint[], text) is
'Loads whose recorded rows, on which later loads depend, are missing in part.';
