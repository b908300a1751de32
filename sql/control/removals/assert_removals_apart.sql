create or replace function loader.assert_removals_apart(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Proves for delete records what assert_unconfirmed proves for rows: that no later load has a delete record for a key
-- that p_load has changed, and that no version of a later load has lost to a delete record of p_load. Without p_load,
-- these would have decided. Called by loader.pick_undone. Raises LD018 with these loads and the keys.
declare
    v_root record;
    v_loads bigint[];
    v_found bigint;
    v_keys text[];
begin
    for v_root in
        select
            r.entity, format('%I.%I', d.stage_schema, r.table_name || '_decision') as decision,
            format('%I.%I', d.dataset || '_history', r.table_name || '_removed') as removed, k.*
        from load as l
        join dataset as d on d.dataset = l.dataset
        cross join load_roots(p_load) as r
        join dataset_table as t on t.dataset = d.dataset and t.table_name = r.table_name
        cross join lateral (
            select
                string_agg(format('w.%I', c), ', ' order by n) as keys,
                string_agg(format('%L, w.%I', c, c), ', ' order by n) as named_keys,
                string_agg(format('v.%I = w.%I', c, c), ' and ' order by n) as matches
            from unnest(t.key_columns) with ordinality as u (c, n)
        ) as k
        where l.load_id = p_load
            and to_regclass(format('%I.%I', d.dataset || '_history', r.table_name || '_removed')) is not null
        order by r.place
    loop
        execute format(
            'with later as materialized (select d.* from later_decisions($1, $2) as d), held as ('
            'select concat_ws(''/'', %1$s) as key, l.load_id from later as l '
            'join %2$s as w on w.source_id = any (l.sources) join %3$s as v on %4$s union '
            'select concat_ws(''/'', %1$s), l.load_id from later as l '
            'join %2$s as w on l.may_have_lost or jsonb_build_object(%5$s) = any (l.lost) '
            'where w.source_id in (select s.source_id from source as s where s.load_id = $1)) '
            'select count(distinct h.key), array_agg(distinct h.key), array_agg(distinct h.load_id order by h.load_id desc) '
            'from held as h',
            v_root.keys, v_root.removed, v_root.decision, v_root.matches, v_root.named_keys
        )
        into v_found, v_keys, v_loads using p_load, v_root.entity;
        if v_found > 0 then
            raise exception 'load % cannot be rolled back: delete records decide between it and later loads for % keys of %',
                p_load, v_found, v_root.entity
                using errcode = 'LD018', detail = first_keys(v_keys, v_found),
                    hint = format('roll these loads back first, in this order: %s', array_to_string(v_loads, ', '));
        end if;
    end loop;
end
$$;
comment on function loader.assert_removals_apart(bigint) is
'Raises LD018 if delete records of the load that is to be rolled back, or of later ones, decide between them.';
