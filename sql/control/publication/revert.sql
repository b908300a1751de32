create or replace procedure loader.revert(p_dataset text)
language plpgsql
set search_path = loader, pg_temp
as $$
-- Brings back the version before the last publication, at once; the version in use is moved to the old schema. Calling
-- it again undoes it. Raises LD003 (a load is open), LD007, LD008, LD010 (there are no previous tables, a later load
-- depends on it, or history is kept, in which only loader.rollback can be recorded), LD020, LD034. Writes publication,
-- load, loaded_entity, owned_object, event, the schemas.
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
    -- Slow steps come before the locks.
    perform forget_dropped_views(v_load.load_id);
    perform drop_build(p_dataset);
    select array_agg(m.old_oid order by m.place), array_agg(m.come_oid order by m.place) into v_gone, v_come
    from publication_moves(v_load.load_id, v_dataset.old_schema) as m where m.old_oid is not null;
    perform assert_same_views(p_dataset, v_gone, v_come);
    perform swap_in_tries(
        v_load.load_id, v_gone, v_come, clock_timestamp() + interval '1 minute',
        format('select put_back(%s, %L, %L, %L)', v_load.load_id, v_back, v_gone, v_come)
    );
end
$$;
comment on procedure loader.revert(text) is -- noqa: LT01
'Swaps back the tables from before the last publication.';
