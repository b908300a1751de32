create or replace function loader.keep_referenced(p_load bigint, p_entity text)
returns bigint
language plpgsql
set search_path = loader, pg_temp
as $$
-- Keeps records that a dump lacks, or that a delete record names, but to which rows of other tables refer by foreign
-- keys, whatever these would do on DELETE; returns their number and reports it. Locks the rows that will be deleted, so
-- that no new reference is possible. A row that is only marked stays anyway, so references to it do not matter. Writes
-- <root>_decision, event.
declare
    v_removed text[] := case
        when (select l.settings ->> 'deletes' from load as l where l.load_id = p_load) = 'mark' then '{x}' else '{g,x}'
    end;
    v_kept bigint := 0;
    v_some bigint;
    v_keys text;
    v_what text;
    v_table record;
begin
    for v_table in
        select
            format('%I.%I', d.target_schema, t.table_name) as name,
            format('%I.%I', d.stage_schema, r.table_name || '_decision') as decision,
            reference_guard(o.oid, 't') as guard,
            (select string_agg(format('t.%I', k), ', ' order by n)
                from unnest(t.key_columns[: cardinality(r.key_columns)]) with ordinality as u (k, n)) as own_key,
            (select string_agg(format('v.%I', k), ', ' order by n)
                from unnest(r.key_columns) with ordinality as u (k, n)) as root_key
        from load as l
        join dataset as d on d.dataset = l.dataset
        join dataset_table as t on t.dataset = l.dataset and t.entity = p_entity
        join dataset_table as r on r.dataset = l.dataset and r.entity = p_entity and r.is_root
        cross join to_regclass(format('%I.%I', d.target_schema, t.table_name)) as o (oid)
        where l.load_id = p_load
            and exists (select 1 from pg_trigger as g where g.tgrelid = o.oid and g.tgconstraint <> 0)
        order by t.position
    loop
        continue when v_table.guard = '';
        execute format(
            'select count(*) from (select from %2$s as t where (%3$s) in (select %4$s from %1$s as v '
            'where v._outcome = any ($1)) order by t.ctid for update) as locked',
            v_table.decision, v_table.name, v_table.own_key, v_table.root_key
        )
        using v_removed;
        execute format(
            'update %1$s as v set _outcome = ''k'' where v._outcome = any ($1) and exists ('
            'select 1 from %2$s as t where (%3$s) = (%4$s) and not (true%5$s))',
            v_table.decision, v_table.name, v_table.own_key, v_table.root_key, v_table.guard
        )
        using v_removed;
        get diagnostics v_some = row_count;
        v_kept := v_kept + v_some;
    end loop;
    if v_kept > 0 then
        execute format(
            'select string_agg((%1$s)::text, '', '' order by %1$s), case when bool_or(v._hash = removed_hash()) '
            'then ''to be deleted'' else ''missing from the dump'' end from (select * from %2$s as v '
            'where v._outcome = ''k'' order by %1$s limit 10) as v',
            'row(' || v_table.root_key || ')', v_table.decision
        )
        into v_keys, v_what;
        perform log_event(
            'rows_kept',
            format(
                '%s %s records are %s but stay, because foreign keys of other tables refer to them: %s%s',
                v_kept, p_entity, v_what, v_keys, case when v_kept > 10 then ', …' else '' end
            ),
            p_load, p_level => 'warning'
        );
    end if;
    return v_kept;
end
$$;
comment on function loader.keep_referenced(bigint, text) is
'Keeps records that are to be deleted but to which foreign keys of other tables refer; returns their number.';
