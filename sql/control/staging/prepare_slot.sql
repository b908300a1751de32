create or replace function loader.prepare_slot(p_dataset text, p_slot integer, p_text boolean default true)
returns void
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Makes sure that the staging tables have partitions for a worker's slot. A partition is created alone and then
-- attached, which does not lock out the workers of other slots. The partitions for text staging, which valid data never
-- needs, are created only with p_text. Raises LD013, LD020 (a table of another user has the name). Writes owned_object.
declare
    v_stage text;
    v_table text;
    v_leaf text;
    v_owned text[];
    v_worker text := role_of('worker');
begin
    if coalesce(p_slot, -1) not between 0 and 999 then
        raise exception 'a slot is a number from 0 to 999, not %', p_slot using errcode = 'LD013';
    end if;
    select d.stage_schema into v_stage from dataset as d where d.dataset = p_dataset;
    if not found then
        raise exception 'there is no dataset %', p_dataset using errcode = 'LD013';
    end if;
    perform pg_advisory_xact_lock(hashtext('loader.prepare_slot ' || p_dataset), p_slot);
    v_owned := array(
        select o.object_name from owned_objects(p_dataset, v_stage, array(
            select t.table_name || suffix.text || '_s' || p_slot
            from dataset_table as t cross join (values (''), ('_text')) as suffix (text) where t.dataset = p_dataset
        )) as o
    );
    for v_table in
        select t.table_name || suffix.text from dataset_table as t cross join (values (''), ('_text')) as suffix (text)
        where t.dataset = p_dataset and (p_text or suffix.text = '') order by t.position, suffix.text
    loop
        v_leaf := v_table || '_s' || p_slot;
        if to_regclass(format('%I.%I', v_stage, v_leaf)) is not null then
            continue when v_leaf = any (v_owned);
            raise exception 'the table %.% is in the way of a staging slot, and the loader did not make it', v_stage, v_leaf
                using errcode = 'LD020', hint = 'rename it, or move it to another schema';
        end if;
        execute format(
            'create unlogged table %1$I.%2$I (like %1$I.%3$I including defaults including generated) with (autovacuum_enabled = false)',
            v_stage, v_leaf, v_table
        );
        execute format('alter table %I.%I alter column _slot set default %s', v_stage, v_leaf, p_slot);
        execute format(
            'alter table %1$I.%3$I attach partition %1$I.%2$I for values in (%4$s)', v_stage, v_leaf, v_table, p_slot
        );
        execute format(
            'comment on table %I.%I is %L', v_stage, v_leaf, format('Staging of %s for slot %s.', v_table, p_slot)
        );
        perform record_objects(p_dataset, v_stage, array[v_leaf]);
        if v_worker is not null then
            execute format('grant insert on %I.%I to %I', v_stage, v_leaf, v_worker);
        end if;
    end loop;
end
$$;
comment on function loader.prepare_slot(text, integer, boolean) is 'Makes the staging partitions of a worker''s slot.';
