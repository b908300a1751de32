create or replace function loader.apply_load(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Applies a merge, which readers see all at once: decides between versions, finds deletions, writes the difference. All
-- of this is in the caller's transaction, for which readers do not wait: they see the previous state until it commits.
-- First proves that the build holds every record that the control tables count. Raises LD004, LD006, LD007, LD009,
-- LD012, LD017 (more would be deleted than max_delete_pct allows), LD029, LD030, LD031, LD034, LD036, LD037, LD038,
-- LD039, LD044. Writes target, history, staging, chunk, source, load_entity, conflict, event.
declare
    v_dataset dataset;
    v_load load;
    v_root record;
    v_history boolean;
    v_found jsonb := '{}';
    v_holder text;
begin
    perform assert_build(p_load);
    select l.* into v_load from load as l where l.load_id = p_load;
    select d.* into v_dataset from dataset as d where d.dataset = v_load.dataset;
    v_history := coalesce(v_load.settings ->> 'history' = 'on', false);
    perform lock_for_writes(p_load);
    perform assert_visible(v_load.dataset, array(select e.entity from load_roots(p_load) as e));
    perform assert_mergeable(
        v_load.dataset, array(select e.entity from load_roots(p_load) as e),
        case when not v_load.options ? 'repair' then v_load.settings end
    );
    perform assert_versions(v_load.dataset, array(select e.entity from load_roots(p_load) as e));
    perform assert_expected_rows(p_load);
    perform assert_decisions(p_load);
    for v_holder in
        select p.holder from prepared_holders(array(
            select o.object_oid from owned_objects(v_load.dataset, v_dataset.target_schema) as o where o.kind = 'relation'
        )) as p (holder)
    loop
        raise notice 'the merge waits for locked rows: %', v_holder using errcode = 'LD007';
    end loop;
    for v_root in select e.* from load_roots(p_load) as e loop
        execute format('call %I.%I($1)', v_dataset.stage_schema, 'decide_' || v_root.table_name) using p_load;
        perform assert_own_rows(p_load, v_root.table_name);
        if v_load.options ? 'repair' then
            execute format('call %I.%I($1, $2)', v_dataset.stage_schema, 'repair_' || v_root.table_name)
            into v_found using p_load, v_found;
        end if;
        perform limit_deletions(p_load, v_root.entity);
    end loop;
    for v_root in select e.* from load_roots(p_load) as e loop
        begin
            execute format('call %I.%I($1, $2)', v_dataset.stage_schema, 'apply_' || v_root.table_name)
            using p_load, v_history;
        exception
            when data_exception then
                perform assert_indexable(v_load.dataset, v_root.table_name, v_dataset.build_schema, '');
                raise;
        end;
        execute format(
            'with decided as (select count(*) filter (where v._outcome = ''d'') as lost, '
            'count(*) filter (where v._outcome in (''i'', ''u'') and v._chunk is null) as recomposed from %I.%I as v), '
            'noted as (update load_entity as e set recomposed = o.recomposed from decided as o '
            'where e.load_id = $1 and e.entity = $2) '
            'update load as l set conflicts = l.conflicts + o.lost from decided as o where l.load_id = $1',
            v_dataset.stage_schema, v_root.table_name || '_decision'
        )
        using p_load, v_root.entity;
    end loop;
    perform assert_applied(p_load);
    perform note_recorded('{changes,versions,removed}', array[p_load]);
    if v_load.options ? 'repair' then
        perform log_event(
            'repaired', coalesce(
                -- keep_referenced and report_surplus have reported which.
                case when exists (select 1 from event as e where e.load_id = p_load and e.kind = 'rows_kept')
                    then 'corrected, except for rows that stay: ' else 'corrected: ' end || damage_text(v_found),
                'every row matches its record'
            ), p_load, p_detail => v_found
        );
    end if;
end
$$;
comment on function loader.apply_load(bigint) is
'Applies a merge: writes the difference, which readers see all at once.';
