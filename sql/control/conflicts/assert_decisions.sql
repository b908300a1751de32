create or replace function loader.assert_decisions(p_load bigint)
returns void
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- Proves that everything is still recorded that earlier loads decided without writing rows and on which a merge
-- depends: keys that they found unchanged, delete records, and records that they rejected. Otherwise, an older dump
-- would overwrite what they confirmed, or decide about what they left open. Called when a merge begins, and when it
-- ends. Raises LD038.
declare
    v_lost text;
    v_is_composed boolean;
begin
    select string_agg(format(
        'load %s (%s): %s of %s rows about %s are missing in %s', r.load_id, (
            select string_agg(s.name, ', ' order by s.name collate "C") from source as s
            where s.load_id = r.load_id and r.entity = any (s.entities)
        ), r.missing, r.noted, r.entity, r.place
    ), E'\n' order by r.load_id desc, r.place), bool_or(r.is_composed or r.kind = 'removed')
    into v_lost, v_is_composed
    from (
        select
            k.*, t.kind, keeps_versions(d.dataset, e.entity) as is_composed, case t.kind
                when 'seen' then format('%I.%I', d.stage_schema, e.table_name || '_key_log')
                when 'removed' then format('%I.%I', d.dataset || '_history', e.table_name || '_removed')
                else 'loader.reject'
            end as place
        from load as l
        join dataset as d on d.dataset = l.dataset
        cross join load_roots(p_load) as e
        cross join lateral (
            select g.kind, array_agg(g.load_id) as loads from deciding_loads(p_load, e.entity) as g group by g.kind
        ) as t
        cross join lost_records(t.kind, t.loads, e.entity) as k
        where l.load_id = p_load and l.mode = 'merge'
    ) as r;
    if v_lost is not null then
        raise exception 'the decisions of other loads, on which this load depends, are no longer recorded'
            using errcode = 'LD038', detail = v_lost, hint = case
                when v_is_composed then 'put these rows back, or load all files with --replace'
                else 'load the files that are listed again, in this order, then these; or put the rows back'
            end;
    end if;
end
$$;
comment on function loader.assert_decisions(bigint) is
'Raises LD038 when decisions of earlier loads, on which a merge depends, are no longer recorded.';
