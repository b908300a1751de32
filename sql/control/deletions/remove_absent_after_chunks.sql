create or replace function loader.remove_absent_after_chunks(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Removes what a full snapshot, or the newer edition of a feed with generated keys, lacks, if the load became visible
-- chunk by chunk: its chunks have logged the keys they read. Called by loader.finish_load. Raises LD007, LD009, LD012,
-- LD017, LD029, LD030, LD031, LD034, LD036, LD037, LD038. Writes target, staging, source, load_entity, event.
declare
    v_dataset text;
    v_settings jsonb;
    v_stage text;
    v_root record;
begin
    select d.dataset, d.stage_schema, l.settings into v_dataset, v_stage, v_settings
    from load as l join dataset as d using (dataset) where l.load_id = p_load;
    perform count_entities(p_load);
    perform assert_decisions(p_load);
    perform lock_for_writes(p_load);
    perform assert_visible(v_dataset);
    perform assert_mergeable(v_dataset, array(select e.entity from load_roots(p_load) as e), v_settings);
    for v_root in
        select e.* from load_roots(p_load) as e
    loop
        execute format('truncate %I.%I', v_stage, v_root.table_name || '_decision');
        perform limit_deletions(p_load, v_root.entity);
        execute format('call %I.%I($1)', v_stage, 'drop_absent_' || v_root.table_name) using p_load;
    end loop;
    perform assert_applied(p_load);
end
$$;
comment on function loader.remove_absent_after_chunks(bigint) is
'Deletes the rows that a full snapshot lacks, for loads that become visible chunk by chunk.';
