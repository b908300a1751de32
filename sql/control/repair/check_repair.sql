create or replace function loader.check_repair(p_load bigint)
returns jsonb
language plpgsql
set search_path = loader, pg_temp
as $$
-- What a repair would correct, once all chunks are done: {table: {missing, differing, surplus}}. For a transaction that
-- is rolled back. Raises LD004, LD005, LD006, LD007, LD009, LD011, LD012, LD030, LD034, LD036, LD037, LD038. Writes
-- staging. Locks the target, as lock_for_writes.
declare
    v_load load;
    v_root record;
    v_found jsonb := '{}';
begin
    select l.* into v_load from load as l where l.load_id = p_load for update;
    perform assert_complete(p_load);
    perform assert_build(p_load);
    perform lock_for_writes(p_load);  -- because what follows reads users' tables
    perform assert_visible(v_load.dataset, array(select e.entity from load_roots(p_load) as e));
    perform assert_mergeable(v_load.dataset, array(select e.entity from load_roots(p_load) as e));
    perform assert_versions(v_load.dataset, array(select e.entity from load_roots(p_load) as e));
    perform assert_expected_rows(p_load);
    perform assert_decisions(p_load);
    for v_root in
        select d.stage_schema, e.table_name from load_roots(p_load) as e join dataset as d on d.dataset = v_load.dataset
    loop
        execute format('call %I.%I($1)', v_root.stage_schema, 'decide_' || v_root.table_name) using p_load;
        execute format('call %I.%I($1, $2)', v_root.stage_schema, 'repair_' || v_root.table_name)
        into v_found using p_load, v_found;
    end loop;
    return v_found;
end
$$;
comment on function loader.check_repair(bigint) is 'What a repair would correct.';
