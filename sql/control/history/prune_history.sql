create or replace function loader.prune_history(p_dataset text, p_before_load bigint)
returns bigint
language plpgsql
set search_path = loader, pg_temp
as $$
-- Removes what is recorded about the changes of loads before p_before_load; returns the number of changes. After that,
-- states before load p_before_load - 1 cannot be shown, nor these loads be rolled back. Raises LD003 (a load is open),
-- LD013, LD037, LD042. Writes history, load, event.
declare
    v_deleted bigint;
begin
    perform 1 from dataset as d where d.dataset = p_dataset for update;
    if not found then
        raise exception 'there is no dataset %', p_dataset using errcode = 'LD013';
    end if;
    if p_before_load is null then
        raise exception 'there is no load <NULL>' using errcode = 'LD013', hint = '`loader log` lists them';
    end if;
    perform assert_none_open(p_dataset);
    v_deleted := forget_changes(p_dataset, 0, p_before_load - 1);
    perform log_event(
        'history_pruned', format('the changes of the loads of %s before load %s were removed', p_dataset, p_before_load)
    );
    return v_deleted;
end
$$;
comment on function loader.prune_history(text, bigint) is
'Removes the recorded changes of all loads before one; returns their number.';
