create or replace function loader.clear_decisions(p_dataset text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Empties the tables in which the end of a load or a rollback has recorded, for each key that it touched, decisions,
-- versions and composed rows. The next load would empty them first; until then they would take as much space as the
-- load. Does nothing while another load may be using them. Writes staging.
declare
    v_table regclass;
begin
    perform from dataset as d where d.dataset = p_dataset for update; -- as start_load does
    if has_open_load(p_dataset) then
        return;
    end if;
    for v_table in
        select o.object_oid
        from dataset as d
        cross join lateral owned_objects(p_dataset, d.stage_schema, array(
            select t.table_name || s.suffix
            from dataset_table as t cross join unnest(array['_decision', '_touched', '_per_source', '_composed'])
                as s (suffix)
            where t.dataset = p_dataset and t.is_root
        )) as o
        where d.dataset = p_dataset and o.kind = 'relation' and pg_relation_size(o.object_oid) > 0
    loop
        execute format('truncate %s', v_table);
    end loop;
end
$$;
comment on function loader.clear_decisions(text) is 'Empties the tables of decisions of a dataset.';
