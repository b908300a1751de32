create or replace function loader.is_referenced(p_table regclass, p_row tid)
returns boolean
language plpgsql
set search_path = loader, pg_temp
as $$
-- Whether foreign keys of other tables refer to a row. Locks the row first, so that no new reference is possible.
declare
    v_is_free boolean;
begin
    execute format('select from %s as t where t.ctid = $1 for update', p_table) using p_row;
    execute format('select true%s from %s as t where t.ctid = $1', reference_guard(p_table, 't'), p_table)
    into v_is_free using p_row;
    return v_is_free is false;
end
$$;
comment on function loader.is_referenced(regclass, tid) is
'Whether foreign keys of other tables refer to a row; locks it.';
