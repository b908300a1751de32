create or replace function loader.assert_applied(p_load bigint, p_of bigint default null)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Proves that the tables of a load are as it has decided, if users have triggers or rules on some of them: these may
-- have skipped rows, added some, or given them other keys, also in tables of other entities. Values that they change in
-- other columns stay as they are. Also proves that no other table has begun to inherit from them, which no lock
-- prevents: its rows would have been written, too. p_of: the load whose entities are checked, if p_load rolls it back.
-- Raises LD029, LD034. Called by loader.apply_load, loader.remove_absent_after_chunks and loader.rollback.
declare
    v_who text;
    v_root record;
    v_table text;
    v_found bigint;
begin
    perform assert_visible(l.dataset, '{}') from load as l where l.load_id = p_load;
    select string_agg(nullif(entity_interferers(l.dataset, e.entity), ''), ', ' order by e.place) into v_who
    from load as l cross join load_roots(coalesce(p_of, p_load)) as e where l.load_id = p_load;
    if v_who is null then
        return;
    end if;
    for v_root in
        select d.stage_schema, d.target_schema, e.table_name, l.visibility from load as l
        join dataset as d on d.dataset = l.dataset
        cross join load_roots(coalesce(p_of, p_load)) as e
        where l.load_id = p_load
    loop
        for v_table, v_found in execute format(
            case v_root.visibility
                when 'load' then 'select * from %1$I.%2$I() union all select * from %1$I.%3$I($1)'
                else 'select * from %1$I.%2$I()'
            end,
            v_root.stage_schema, 'staying_' || v_root.table_name, 'unkept_' || v_root.table_name
        ) using p_load
        loop
            perform report_altered(p_load, format('%I.%I', v_root.target_schema, v_table), v_found, v_who);
        end loop;
    end loop;
end
$$;
comment on function loader.assert_applied(bigint, bigint) is
'Raises LD029 if triggers or rules of users have changed what a load has written.';
