create or replace function loader.record_replacement(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Records what the publication of a build is about to change, by comparing the tables in use with those that replace
-- them. Does nothing if there are none in use. If these have another mapping, every hash differs, so only deletions are
-- counted (count_replaced); likewise if somebody has damaged them, or if only the new ones have a column for marks.
-- max_delete_pct limits the deletions.
-- Raises LD017, LD034. Writes history, load, load_entity, source.
declare
    v_dataset dataset;
    v_load load;
    v_root record;
    v_deleted bigint;
begin
    select l.* into v_load from load as l where l.load_id = p_load;
    select d.* into v_dataset from dataset as d where d.dataset = v_load.dataset;
    if v_load.changes = 'first' then
        return;
    end if;
    perform assert_visible(v_load.dataset, '{}');
    if exists (select 1 from list_damage(v_load.dataset) as d where d.blocks)
        or changed_entities(v_load.dataset, array(select e.entity from load_roots(p_load) as e)) <> '{}'
        or exists (
            select 1 from publication_pairs(p_load) as p
            cross join made_as(array[p.old_oid]) as o
            cross join made_as(array[p.new_oid]) as n
            where o.made ? 'columns' and not o.made -> 'columns' ? '_gone_since' and n.made -> 'columns' ? '_gone_since'
        ) then
        perform count_replaced(p_load);
        return;
    end if;
    if (v_load.options ->> 'chosen')::boolean and (
        select keeps_rows(v_load.dataset, array_agg(distinct e), min(s.priority), min(s.snapshot))
        from source as s cross join unnest(s.entities) as e where s.load_id = p_load
    ) then
        raise exception 'rows have come into the tables of % that a merge would keep', v_load.dataset
            using errcode = 'LD017', hint = format(
                '`loader cancel %s`, then load with --merge, or with --replace to drop them', v_load.dataset
            );
    end if;
    for v_root in select e.* from load_roots(p_load) as e loop
        execute format('call %I.%I($1, $2, null)', v_dataset.stage_schema, 'record_' || v_root.table_name)
        into v_deleted
        using p_load, coalesce(v_load.settings ->> 'history' = 'on', false);
        perform assert_deletions(p_load, v_root.entity, v_deleted);
        perform count_deletions(p_load, v_root.entity, v_deleted);
    end loop;
    perform note_recorded('{changes}', array[p_load]);
    update load as l set changes = 'recorded' where l.load_id = p_load;
end
$$;
comment on function loader.record_replacement(bigint) is 'Records the changes that a publication is about to make.';
