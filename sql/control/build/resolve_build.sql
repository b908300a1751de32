create or replace function loader.resolve_build(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Removes all versions of a key but the winner from the shadow tables, roots and children, and corrects the counts of
-- the chunks that read the losers. First proves that the tables hold every record that the control tables count. Raises
-- LD006, LD009, LD012, LD017, LD031, LD044. Writes build, chunk, load, load_entity. Does nothing when it is called
-- again.
declare
    v_dataset dataset;
    v_root text;
    v_held jsonb := count_expected_rows(p_load);
begin
    if (select l.resolved from load as l where l.load_id = p_load) then
        return;
    end if;
    perform assert_build(p_load);
    select d.* into v_dataset from dataset as d join load as l using (dataset) where l.load_id = p_load;
    perform assert_expected_rows(p_load);
    for v_root in select e.table_name from load_roots(p_load) as e loop
        execute format('call %I.%I($1, $2)', v_dataset.stage_schema, 'resolve_' || v_root)
        into v_held using p_load, v_held;
    end loop;
    perform assert_not_lost(p_load);
    v_held := carry_rejected(p_load, v_held);
    perform note_recorded('{versions,removed}', array[p_load]);
    perform note_changed_mapping(p_load);
    update load as l set resolved = true, expected_rows = v_held where l.load_id = p_load;
end
$$;
comment on function loader.resolve_build(bigint) is
'Removes superseded versions from the shadow tables and counts them as duplicates.';
