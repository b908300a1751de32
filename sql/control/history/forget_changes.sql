create or replace function loader.forget_changes(p_dataset text, p_first bigint, p_last bigint)
returns bigint
language plpgsql
set search_path = loader, pg_temp
as $$
-- Deletes what is recorded about the changes of loads p_first to p_last; returns the number of changes.
-- Raises LD037, LD042. Writes history, load.
declare
    v_changes regclass;
    v_deleted bigint := 0;
    v_some bigint;
begin
    perform assert_mergeable(p_dataset, '{}');
    for v_changes in
        select to_regclass(format('%I.%I', t.dataset || '_history', t.table_name || '_change'))
        from dataset_table as t where t.dataset = p_dataset and t.is_root
    loop
        continue when v_changes is null;
        perform assert_unreferenced(v_changes, format('t.load_id between %s and %s', p_first, p_last));
        execute format('delete from %s where load_id between $1 and $2', v_changes) using p_first, p_last;
        get diagnostics v_some = row_count;
        v_deleted := v_deleted + v_some;
    end loop;
    update load as l set changes = null
    where l.dataset = p_dataset and l.load_id between p_first and p_last and l.changes = 'recorded';
    return v_deleted;
end
$$;
comment on function loader.forget_changes(text, bigint, bigint) is
'Deletes what is recorded about the changes of some loads; returns the number of changes.';
