create or replace function loader.take_left_out()
returns text
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- The rows that loader.leave_out has remembered in this transaction, as record and reason in turn, and forgets them.
-- Called by workers.
declare
    v_found text;
begin
    select string_agg(current_setting('loader.left_out_' || s.number, true), '') into v_found
    from generate_series(0, 63) as s (number);
    perform set_config('loader.left_out_' || s.number, '', false) from generate_series(0, 63) as s (number);
    return coalesce(v_found, '');
end
$$;
comment on function loader.take_left_out() is 'Returns and forgets the rows that leave_out has remembered.';
