create or replace function loader.later_changes(p_load bigint)
returns bigint[]
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- The loads that have changed records of load p_load since, the latest first: they have to be rolled back before it.
-- The first load into empty tables recorded no changes; its records are found by what later loads changed of its rows.
declare
    v_root record;
    v_some bigint[];
    v_loads bigint[] := '{}';
begin
    for v_root in
        select d.dataset || '_history' as history, r.table_name || '_change' as change, (
            select string_agg(quote_ident(k), ', ') from unnest(t.key_columns) as k
        ) as keys
        from load as l
        join dataset as d on d.dataset = l.dataset
        cross join load_roots(p_load) as r
        join dataset_table as t on t.dataset = d.dataset and t.table_name = r.table_name
        where l.load_id = p_load
    loop
        execute format(
            'with own as materialized (select %1$s from %2$I.%3$I as c where c.load_id = $1 '
            'or c.load_id > $1 and c.source_before in (select s.source_id from source as s where s.load_id = $1)) '
            'select array_agg(c.load_id) from (select distinct c.load_id from %2$I.%3$I as c join own using (%1$s) '
            'where c.load_id > $1) as c '
            'join load as l using (load_id) where l.state = ''done'' and l.mode <> ''rollback''',
            v_root.keys, v_root.history, v_root.change
        )
        into v_some using p_load;
        v_loads := v_loads || v_some;
    end loop;
    return array(select distinct l from unnest(v_loads) as l order by l desc);
end
$$;
comment on function loader.later_changes(bigint) is
'The loads that have changed records of a load since, the latest first.';
