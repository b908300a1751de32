create or replace procedure loader.revert(p_dataset text)
language plpgsql
set search_path = loader, pg_temp
as $$
-- Brings back the version before the last publication, at once; the version in use is moved to the old schema. Calling
-- it again undoes it. Raises LD003 (a load is open), LD007, LD010 (there are no previous tables, a later load depends
-- on it, or history is kept, in which only loader.rollback can be recorded), LD020, LD034. Writes publication, load,
-- loaded_entity, owned_object, event, the schemas.
declare
    v_dataset dataset;
    v_load load;
    v_back boolean;
    v_damage text;
    v_gone oid[];
    v_come oid[];
begin
    select d.* into v_dataset from dataset as d where d.dataset = p_dataset for update;
    if not found then
        raise exception 'there is no dataset %', p_dataset using errcode = 'LD013';
    end if;
    v_load := assert_can_revert(p_dataset);
    select bool_and(p.reverted_at is null) into v_back from publication as p where p.load_id = v_load.load_id;
    perform note_loaded(v_load.load_id, v_back);  -- so that tables are compared with the mapping that they had
    select string_agg(d.object || ': ' || d.what, E'\n') into v_damage
    from list_damage(p_dataset, 'old') as d where d.blocks and is_current(p_dataset, d.entity);
    if v_damage is not null then
        raise exception 'the previous tables of % are not as the loader made them', p_dataset
            using errcode = 'LD034', detail = v_damage,
                hint = 'undo what is listed, or load the dumps of that version with --replace';
    end if;
    -- Slow steps come before the locks. Then everything is locked at once, also the tables that come back, because
    -- somebody may be reading them.
    select array_agg(m.old_oid order by m.come_oid), array_agg(m.come_oid order by m.come_oid) into v_gone, v_come
    from publication_moves(v_load.load_id, v_dataset.old_schema) as m;
    perform carry_indexes(v_gone, v_come);
    perform drop_build(p_dataset);
    perform lock_for_swap(swap_locks(v_load.load_id, v_gone) || v_come, clock_timestamp() + interval '1 minute');
    -- The tables that come back are first moved out of the way, to the build schema, which is free because no load is
    -- open: the tables that replace them in the old schema have the same names and indexes.
    perform make_schema(
        p_dataset, v_dataset.build_schema, format('Where a version of %s waits for its place.', p_dataset)
    );
    perform move_relation(v_come, v_dataset.build_schema);
    perform swap_relations(
        v_load.load_id, v_dataset.build_schema, v_dataset.old_schema, clock_timestamp() + interval '1 minute'
    );
    perform allow_writes(v_dataset.target_schema);
    perform drop_schema(v_dataset.build_schema);
    update publication as p set reverted_at = case when v_back then clock() end where p.load_id = v_load.load_id;
    -- Merges that had only loaded the same files again are undone, and come back, together with it; not those of other
    -- entities.
    update load as l set state = case when v_back then 'rolled_back' else 'done' end
    where l.dataset = p_dataset and l.load_id > v_load.load_id and l.mode = 'merge' and l.rolled_back_by is null
        and l.state = case when v_back then 'done' else 'rolled_back' end
        and exists (
            select 1 from source as s join source as o on o.load_id = v_load.load_id and o.entities && s.entities
            where s.load_id = l.load_id
        );
    perform stamp_tables(p_dataset);
    perform log_event(
        'reverted',
        format(case when v_back then 'load %s was reverted' else 'the revert of load %s was undone' end,
            v_load.load_id),
        v_load.load_id
    );
end
$$;
comment on procedure loader.revert(text) is -- noqa: LT01
'Swaps back the tables from before the last publication.';
