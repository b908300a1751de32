create or replace procedure loader.revert(p_dataset text)
language plpgsql
set search_path = loader, pg_temp
as $$
-- Brings back the version before the last publication, at once; the version in use goes to the old schema.
-- Calling it again undoes it. Raises LD003 (a load is open), LD007, LD010 (nothing to go back to, a later load has
-- written, or history is kept, in which only loader.rollback finds its place).
-- LD020, LD034. Writes publication, dataset, owned_object, event, the schemas.
declare
    v_dataset dataset;
    v_load load;
    v_back boolean;
    v_hash text;
    v_damage text;
    v_gone oid[];
    v_come oid[];
begin
    select d.* into v_dataset from dataset as d where d.dataset = p_dataset for update;
    if not found then
        raise exception 'there is no dataset %', p_dataset using errcode = 'LD013';
    end if;
    perform assert_none_open(p_dataset);
    select l.* into v_load from load as l
    where l.dataset = p_dataset and l.state = 'done' and l.mode = 'replace'
    order by l.finished_at desc, l.load_id desc limit 1;
    if not found then
        raise exception 'there is nothing to go back to: no version of % was ever replaced', p_dataset
            using errcode = 'LD010';
    end if;
    if v_load.changes = 'recorded' and v_load.settings ->> 'history' = 'on' then
        raise exception 'history of % is kept, which a swap of tables would leave behind', p_dataset
            using errcode = 'LD010', hint = format('take the load back: call loader.rollback(%s)', v_load.load_id);
    end if;
    if has_written_since(v_load.load_id) then
        raise exception 'there is nothing to go back to: a later load has written into the tables of %', p_dataset
            using errcode = 'LD010';
    end if;
    perform assert_room(p_dataset);
    perform assert_not_from_elsewhere(p_dataset);
    if not exists (select 1 from publication as p where p.load_id = v_load.load_id)
        or exists (
            select 1 from publication_moves(v_load.load_id, v_dataset.old_schema) as m
            where m.come_oid is null or m.gone_oid is null
        ) or exists (select 1 from tables_from_elsewhere(p_dataset, 'old')) then
        raise exception 'there is nothing to go back to: the version before load % is not kept', v_load.load_id
            using errcode = 'LD010';
    end if;
    select bool_and(p.reverted_at is null) into v_back from publication as p where p.load_id = v_load.load_id;
    v_hash := case when v_back then v_load.options ->> 'previous_hash' else v_load.mapping_hash end;
    select string_agg(d.object || ': ' || d.what, E'\n') into v_damage
    from list_damage(p_dataset, 'old') as d where d.blocks and v_hash = v_dataset.mapping_hash;
    if v_damage is not null then
        raise exception 'the version before of % is not as the loader made it', p_dataset
            using errcode = 'LD034', detail = v_damage,
                hint = 'undo what is listed, or load the dumps of that version with --replace';
    end if;
    -- What takes time comes before the locks; then all is locked at once, also what comes back, which somebody may read.
    select array_agg(m.gone_oid order by m.come_oid), array_agg(m.come_oid order by m.come_oid) into v_gone, v_come
    from publication_moves(v_load.load_id, v_dataset.old_schema) as m;
    perform carry_indexes(v_gone, v_come);
    perform drop_build(p_dataset);
    perform lock_for_swap(swap_locks(v_load.load_id, v_gone) || v_come, clock_timestamp() + interval '1 minute');
    -- What comes back makes room first, in the schema of builds, which is free, as no load is open: its names, and its
    -- indexes', are those of what goes there.
    perform make_schema(
        p_dataset, v_dataset.build_schema, format('Where a version of %s waits for its place.', p_dataset)
    );
    perform move_relation(v_come, v_dataset.build_schema);
    perform swap_relations(
        v_load.load_id, v_dataset.build_schema, v_dataset.old_schema, clock_timestamp() + interval '1 minute'
    );
    perform admit_writes(v_dataset.target_schema);
    perform drop_schema(v_dataset.build_schema);
    update publication as p set reverted_at = case when v_back then clock() end where p.load_id = v_load.load_id;
    update dataset as d set loaded_hash = v_hash where d.dataset = p_dataset;
    perform stamp_tables(p_dataset);
    perform log_event(
        'reverted',
        format(case when v_back then 'load %s was taken back' else 'load %s is in force again' end, v_load.load_id),
        v_load.load_id
    );
end
$$;
comment on procedure loader.revert(text) is -- noqa: LT01
'Brings back the version before the last publication, at once.';
