create or replace function loader.note_entities_without_file(p_load bigint, p_passed_over text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Records, once per load, what it leaves out: files beside its dumps (p_passed_over, in words; empty: none), and
-- entities that have rows but no file; of these, whose rows were made under another mapping. Writes event.
declare
    v_unfed text[] := '{}';
    v_changed text;
    v_root record;
    v_filled boolean;
begin
    if exists (select 1 from event as e where e.load_id = p_load and e.kind in ('files_passed_over', 'entities_unfed')) then
        return;
    end if;
    if p_passed_over <> '' then
        perform log_event('files_passed_over', p_passed_over, p_load);
    end if;
    for v_root in
        select t.entity, to_regclass(format('%I.%I', d.target_schema, t.table_name)) as name
        from load as l
        join dataset as d on d.dataset = l.dataset
        join dataset_table as t on t.dataset = l.dataset and t.is_root
        where l.load_id = p_load and t.entity not in (select e.entity from load_roots(p_load) as e)
        order by t.position
    loop
        if v_root.name is not null then
            execute format('select exists (select 1 from %s)', v_root.name) into v_filled;
            if v_filled then
                v_unfed := v_unfed || v_root.entity;
            end if;
        end if;
    end loop;
    if v_unfed <> '{}' then
        select string_agg(e.entity, ', ' order by e.place) into v_changed
        from load as l
        cross join unnest(changed_entities(l.dataset, v_unfed)) with ordinality as e (entity, place)
        where l.load_id = p_load;
        perform log_event('entities_unfed', concat(
            format('no file of this load holds %s: the rows stay as they are', array_to_string(v_unfed, ', ')),
            '; the mapping of ' || v_changed || ' has changed, so the next load of it has to be a --replace'
        ), p_load);
    end if;
end
$$;
comment on function loader.note_entities_without_file(bigint, text) is
'Records the files that a load skips, and the entities that have rows but no file.';
