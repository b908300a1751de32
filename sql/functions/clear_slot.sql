create or replace function loader.clear_slot(p_dataset text, p_slot integer)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Empties the staging of a slot: big tables by TRUNCATE, small ones by DELETE, which is quicker below about 1 MB.
-- Touches only the slot's own partitions.
declare
    v_leaf text;
begin
    for v_leaf in
        select format('%I.%I', d.stage_schema, t.table_name || suffix.text || '_s' || p_slot)
        from dataset_table as t
        join dataset as d on d.dataset = t.dataset
        cross join (values (''), ('_text')) as suffix (text)
        where t.dataset = p_dataset
    loop
        continue when to_regclass(v_leaf) is null or pg_relation_size(v_leaf::regclass) = 0;
        if pg_relation_size(v_leaf::regclass) > 1048576 then
            execute format('truncate only %s', v_leaf);
        else
            execute format('delete from only %s', v_leaf);
        end if;
    end loop;
end
$$;
comment on function loader.clear_slot(text, integer) is 'Empties the staging partitions of a slot.';
