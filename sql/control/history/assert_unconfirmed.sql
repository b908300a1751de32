create or replace function loader.assert_unconfirmed(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Proves that no later load relies on what p_load wrote and pick_undone is about to undo: that none found such a record
-- as p_load had left it, or missing as well, or said the same about it where versions are stored, or lost to it. Such a
-- load wrote nothing, but without p_load it would have. Raises LD018 with these loads and the keys.
declare
    v_root record;
    v_loads bigint[];
    v_found bigint;
    v_keys text[];
begin
    for v_root in
        select
            r.entity, d.stage_schema, r.table_name || '_decision' as decision, r.table_name || '_key_log' as key_log,
            k.*,
            case when keeps_versions(d.dataset, r.entity) then format(
                ' union all select %s, l.load_id from later as l join %I.%I as w on w.source_id = any (l.sources)',
                k.version_keys, d.dataset || '_history', r.table_name || '_version'
            ) else '' end as versions
        from load as l
        join dataset as d on d.dataset = l.dataset
        cross join load_roots(p_load) as r
        join dataset_table as t on t.dataset = d.dataset and t.table_name = r.table_name
        cross join lateral (
            select
                string_agg(quote_ident(c), ', ' order by n) as keys,
                string_agg(format('s.%I', c), ', ' order by n) as logged_keys,
                string_agg(format('u.%I', c), ', ' order by n) as same_keys,
                string_agg(format('v.%I', c), ', ' order by n) as decision_keys,
                string_agg(format('w.%I', c), ', ' order by n) as version_keys,
                string_agg(format('%L, v.%I', c, c), ', ' order by n) as named_keys
            from unnest(t.key_columns) with ordinality as u (c, n)
        ) as k
        where l.load_id = p_load
        order by r.place
    loop
        select array_agg(distinct r.load_id order by r.load_id desc) into v_loads from lost_records('seen', array(
            select l.load_id from later_decisions(p_load, v_root.entity) as l
        ), v_root.entity) as r;
        if v_loads <> '{}' then
            raise exception 'load % cannot be rolled back: what later loads found unchanged of % is not recorded '
            'any more',
                p_load, v_root.entity
                using errcode = 'LD018',
                    hint = format('roll these loads back first, in this order: %s', array_to_string(v_loads, ', '));
        end if;
        execute format(
            'with later as materialized (select d.* from later_decisions($1, $2) as d), held (%1$s, _load) as ('
            'select %6$s, l.load_id from later as l join chunk as c on c.source_id = any (l.sources) '
            'join %2$I.%4$I as s on s.chunk_id = c.chunk_id '
            'cross join lateral unnest(%5$s, string_to_array(s.outcome, null)) as u (%1$s, _letter) '
            'where u._letter = ''n'' union all '
            'select %7$s, l.load_id from later as l join %2$I.%3$I as v on l.may_have_lost '
            'or jsonb_build_object(%9$s) = any (l.lost) '
            'or (v._outcome = ''i'' or v._was_marked) and v._source = any (l.overruled)%8$s) '
            'select count(distinct (%7$s)), array_agg(distinct concat_ws(''/'', %7$s)), '
            'array_agg(distinct h._load order by h._load desc) '
            'from held as h join %2$I.%3$I as v using (%1$s)',
            v_root.keys, v_root.stage_schema, v_root.decision, v_root.key_log, v_root.logged_keys, v_root.same_keys,
            v_root.decision_keys, v_root.versions, v_root.named_keys
        )
        into v_found, v_keys, v_loads using p_load, v_root.entity;
        if v_found > 0 then
            raise exception 'load % cannot be rolled back: later loads hold % of its changes of % as it left them',
                p_load,
                v_found, v_root.entity
                using errcode = 'LD018', detail = first_keys(v_keys, v_found),
                    hint = format('roll these loads back first, in this order: %s', array_to_string(v_loads, ', '));
        end if;
    end loop;
end
$$;
comment on function loader.assert_unconfirmed(bigint) is
'Raises LD018 if later loads depend on the load that is to be rolled back.';
