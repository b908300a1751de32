-- Names of the field: a column, the key logs of datasets, and routines whose old names are dropped.
do $$
declare
    v_old record;
begin
    if exists (
        select 1 from pg_attribute where attrelid = 'loader.load'::regclass and attname = 'held' and not attisdropped
    ) then
        alter table loader.load rename column held to expected_rows;
    end if;
    -- Key logs hold what merges have found unchanged, so they are renamed, not made again.
    for v_old in
        select o.schema_name, o.object_name, regexp_replace(o.object_name, '_seen$', '_key_log') as new_name
        from loader.owned_object as o
        where o.kind = 'relation' and to_regclass(format('%I.%I', o.schema_name, o.object_name)) is not null
            and exists (
                select 1 from loader.load as l inner join loader.load_entity as e using (load_id)
                where l.dataset || '_stage' = o.schema_name and e.entity || '_seen' = o.object_name
            )
    loop
        execute format('alter table %I.%I rename to %I', v_old.schema_name, v_old.object_name, v_old.new_name);
        execute format(
            'alter table %I.%I rename constraint %I to %I', v_old.schema_name, v_old.new_name,
            v_old.object_name || '_pkey', v_old.new_name || '_pkey'
        );
        update loader.owned_object as o set object_name = v_old.new_name
        where o.schema_name = v_old.schema_name and o.kind = 'relation' and o.object_name = v_old.object_name;
    end loop;
    -- The old routines; those of their new names are made with all others, after the migrations.
    for v_old in
        select p.oid::regprocedure as routine from pg_proc as p
        where p.pronamespace = 'loader'::regnamespace and p.proname in (
    'admit_writes',
    'unbind_dependents',
    'restore_references',
    'requeue_dead',
    'release_references',
    'bind_dependents',
    'assert_held',
    'assert_mendable',
    'assert_share',
    'discard_held',
    'forget_seen',
    'give_up_queue',
    'give_up_unwritten',
    'held_rows',
    'hold_staged',
    'holds_sample',
    'holds_versions',
    'in_share',
    'is_late',
    'judge_keys',
    'late_sources',
    'list_heirs',
    'list_left',
    'lost_sources',
    'note_left_out',
    'pick_gone',
    'remove_gone',
    'report_unkept',
    'requeue_overtaken',
    'series_keys',
    'series_of',
    'settle_merge',
    'share_left',
    'source_places',
    'strangers',
    'useless_sources',
    'why_before'
        )
    loop
        execute format('drop routine %s', v_old.routine);
    end loop;
end
$$;
