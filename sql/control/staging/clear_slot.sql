create or replace function loader.clear_slot(p_dataset text, p_slot integer)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Empties the staging of a slot: large tables by TRUNCATE, small ones by DELETE, which is quicker below about 1 MB.
-- Touches only partitions of this slot that the loader created.
declare
    v_leaf regclass;
begin
    for v_leaf in
        select o.object_oid
        from dataset as d
        cross join lateral owned_objects(p_dataset, d.stage_schema, array(
            select t.table_name || suffix.text || '_s' || p_slot
            from dataset_table as t cross join (values (''), ('_text')) as suffix (text)
            where t.dataset = p_dataset
        )) as o
        where d.dataset = p_dataset and o.kind = 'relation' and pg_relation_size(o.object_oid) > 0
    loop
        if pg_relation_size(v_leaf) > 1048576 then
            execute format('truncate only %s', v_leaf);
        else
            execute format('delete from only %s', v_leaf);
        end if;
    end loop;
end
$$;
comment on function loader.clear_slot(text, integer) is 'Empties the staging partitions of a slot.';
