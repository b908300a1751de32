create or replace function loader.count_replaced(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Counts the records in the tables in use that a build under another mapping lacks, if both have the same key;
-- otherwise reports how many rows there were. A replace holds nothing but what its files hold, and a changed mapping
-- requires one. So max_delete_pct applies to it, except for rows whose record was rejected, which are reported.
-- Called by loader.record_replacement. Raises LD017. Writes load_entity, source, event.
declare
    v_dataset dataset;
    v_root record;
    v_before bigint;
    v_after bigint;
    v_deleted bigint;
    v_unexplained bigint;
begin
    select d.* into v_dataset from load as l join dataset as d using (dataset) where l.load_id = p_load;
    for v_root in
        select
            e.entity, o.old::regclass as old, o.new::regclass as new,
            format('%I.%I', v_dataset.stage_schema, 'rejected_' || e.table_name) as rejected,
            key_columns(o.old) = key_columns(o.new) as is_comparable,
            (select string_agg(format('%I', k), ', ' order by n) from unnest(t.key_columns) with ordinality as k (k, n))
                as keys,
            (select string_agg(format('b.%I = t.%1$I', k), ' and ') from unnest(t.key_columns) as k) as matches
        from load_roots(p_load) as e
        join dataset_table as t on t.dataset = v_dataset.dataset and t.table_name = e.table_name
        cross join lateral (
            select
                to_regclass(format('%I.%I', v_dataset.target_schema, e.table_name)) as old,
                to_regclass(format('%I.%I', v_dataset.build_schema, e.table_name)) as new
        ) as o
        where o.old is not null and o.new is not null
        order by e.place
    loop
        if v_root.is_comparable then
            execute format(
                'select count(*), count(*) filter (where (%s) not in (select %1$s from %s(array[$1]))) from %s as t '
                'where not exists (select 1 from %s as b where %s)',
                v_root.keys, v_root.rejected, v_root.old, v_root.new, v_root.matches
            )
            into v_deleted, v_unexplained using p_load;
            perform assert_deletions(p_load, v_root.entity, v_unexplained);
            perform count_deletions(p_load, v_root.entity, v_deleted);
        else
            execute format('select (select count(*) from %s), (select count(*) from %s)', v_root.old, v_root.new)
            into v_before, v_after;
            perform log_event(
                'deletions_unknown', format(
                    'the key of %s has changed, so its deletions are not counted: it had %s rows, and has %s',
                    v_root.entity, v_before, v_after
                ), p_load, p_level => 'warning'
            ) where v_before > 0;
        end if;
    end loop;
end
$$;
comment on function loader.count_replaced(bigint) is
'Counts the records that are missing from a replace with another mapping.';
