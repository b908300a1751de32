create or replace function loader.clear_decisions(p_dataset text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Empties what the end of a load or a rollback has noted for each key that it touched: verdicts, versions, what was made
-- of them. The next one would begin with that; until then it would take the room of the load. Leaves alone what
-- another load may be using. Writes staging.
declare
    v_table regclass;
begin
    perform from dataset as d where d.dataset = p_dataset for update; -- as start_load does
    if has_open_load(p_dataset) then
        return;
    end if;
    for v_table in
        select c.oid
        from dataset as d
        join dataset_table as t on t.dataset = d.dataset and t.is_root
        cross join unnest(array['_verdict', '_touched', '_share', '_composed']) as s (suffix)
        join pg_class as c on c.oid = to_regclass(format('%I.%I', d.stage_schema, t.table_name || s.suffix))
        where d.dataset = p_dataset and pg_relation_size(c.oid) > 0
    loop
        execute format('truncate %s', v_table);
    end loop;
end
$$;
comment on function loader.clear_decisions(text) is 'Empties what the end of a load has noted for each key.';
