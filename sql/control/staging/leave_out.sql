create or replace function loader.leave_out(p_rec bigint, p_why text)
returns boolean
language plpgsql
stable
security definer
set search_path = loader, pg_temp
as $$
-- False, so that a COPY with this in its condition leaves the row out; which rows these were, loader.take_left_out tells
-- the same session. p_rec: the record, as by loader.record_id; p_why: a word without blanks. It is stable, and remembers
-- the rows in settings, because a COPY inserts row by row if its condition is volatile or writes; there are 64 settings,
-- because each call copies one. Called by workers.
declare
    v_name text := 'loader.left_out_' || p_rec % 64;
begin
    perform set_config(v_name, coalesce(current_setting(v_name, true), '') || p_rec || ' ' || p_why || ' ', false);
    return false;
end
$$;
comment on function loader.leave_out(bigint, text) is
'Remembers a row that a condition of COPY leaves out, for take_left_out; returns false.';
