create or replace function loader.repair_keys(p_dataset text)
returns setof text
language plpgsql
set search_path = loader, pg_temp
as $$
-- Creates again what somebody has dropped of the keys and indexes of a dataset's tables, after repair_tables and in
-- another transaction: readers do not wait while indexes are built. Returns what was repaired, one line each. Raises
-- LD007, 23505 (a key that was dropped no longer holds). Locks dataset. Writes the target, owned_object, event.
declare
    v_dataset dataset;
    v_damage text[];
begin
    select d.* into v_dataset from dataset as d where d.dataset = p_dataset for update;
    v_damage := array(select d.object || ': ' || d.what from list_damage(p_dataset) as d where d.mendable);
    if v_damage = '{}' then
        return;
    end if;
    execute format('call %I.repair_keys()', v_dataset.stage_schema);
    perform stamp_tables(p_dataset);
    return query select unnest(v_damage) except select d.object || ': ' || d.what from list_damage(p_dataset) as d;
end
$$;
comment on function loader.repair_keys(text) is
'Creates dropped keys and indexes of a dataset again; returns what was repaired.';
