create or replace procedure loader.rollback(p_load bigint)
language plpgsql
set search_path = loader, pg_temp
as $$
-- Rolls a load back: the tables become as they were before it, including children, sources and hashes; later changes of
-- other keys stay. Writes only the difference, in the caller's transaction, as a load of its own (mode rollback) with
-- the settings of the load that it undoes, but with the foreign keys of the last load.
-- Raises LD003 (a load is open), LD007, LD013, LD015, LD018 (it cannot be rolled back: why, and because of which keys),
-- LD020, LD029, LD030, LD034, LD036, LD037.
-- Foreign keys that the loader made are dropped meanwhile, under locks that would block readers until the end. If there
-- are such keys, call release_own_foreign_keys before, in a transaction of its own (as `loader rollback` does).
-- Writes target, history, build, staging, load, load_entity, event. Locks the dataset row.
declare
    v_load load;
    v_dataset dataset;
    v_own bigint;
    v_root record;
    v_history boolean;
    v_left bigint;
    v_counts chunk_counts := (0, 0, 0, 0);
    v_some chunk_counts;
begin
    perform assert_read_committed();
    select l.* into v_load from load as l where l.load_id = p_load;
    select d.* into v_dataset from dataset as d where d.dataset = v_load.dataset for update;
    perform lock_for_writes(p_load);
    perform assert_can_roll_back(p_load);
    perform assert_intact(v_load.dataset);
    perform assert_room(v_load.dataset);
    v_history := coalesce(v_load.settings ->> 'history' = 'on', false);
    insert into load (dataset, mode, mapping_hash, options, settings, visibility, changes)
    values (
        v_load.dataset, 'rollback', v_dataset.mapping_hash, jsonb_build_object('rolls_back', p_load),
        v_load.settings || (
            select jsonb_build_object('foreign_keys', l.settings -> 'foreign_keys')
            from load as l where l.load_id = last_load(v_load.dataset)
        ),
        'load', 'recorded'
    )
    returning load_id into v_own;
    execute format('call %I.alter_target($1)', v_dataset.stage_schema) using v_own;
    perform pick_undone(v_own, p_load);
    execute format('call %I.create_build(1)', v_dataset.stage_schema);
    for v_root in select e.* from load_roots(p_load) as e loop
        perform note_missing_rows(p_load, v_root.entity);
        execute format('call %I.%I($1, $2, $3, null)', v_dataset.stage_schema, 'undo_' || v_root.table_name)
        into v_left using v_own, p_load, v_history;
        perform restore_users_columns(p_load, v_root.entity);
        if v_left > 0 then
            raise exception 'load % cannot be rolled back: % rows of % could not be brought back as they were',
                p_load, v_left, v_root.entity
                using errcode = 'LD018',
                    hint = 'foreign keys of other tables refer to children of these records, or history was off';
        end if;
        execute format(
            'select count(*) filter (where v._outcome = ''i''), count(*) filter (where v._outcome = ''u''), 0, '
            'count(*) filter (where v._outcome = ''x'') from %I.%I as v',
            v_dataset.stage_schema, v_root.table_name || '_decision'
        )
        into v_some;
        v_counts := (
            v_counts.inserted + v_some.inserted, v_counts.updated + v_some.updated, 0,
            v_counts.duplicate + v_some.duplicate
        )::chunk_counts;
    end loop;
    perform assert_applied(v_own, p_load);
    insert into load_entity (load_id, entity) select v_own, e.entity from load_roots(p_load) as e;
    perform note_recorded('{changes}', array[v_own]);
    perform correct_merge(v_own);
    update load as l set state = 'rolled_back', rolled_back_by = v_own where l.load_id = p_load;
    update load as l set
        state = 'done', finished_at = clock(), read = v_counts.inserted + v_counts.updated,
        inserted = v_counts.inserted, updated = v_counts.updated, deleted = v_counts.duplicate
    where l.load_id = v_own;
    perform stamp_tables(v_load.dataset);
    perform drop_build(v_load.dataset);
    perform clear_decisions(v_load.dataset);
    perform log_event('rolled_back', format('load %s was rolled back by load %s', p_load, v_own), p_load);
end
$$;
comment on procedure loader.rollback(bigint) is -- noqa: LT01
'Rolls a load back: the tables become as they were before it.';
