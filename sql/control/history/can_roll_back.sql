create or replace function loader.can_roll_back(p_load bigint)
returns boolean
language plpgsql
set search_path = loader, pg_temp
as $$
-- Whether enough is recorded about a load to roll it back (assert_can_roll_back, whose other errors it raises).
begin
    perform assert_can_roll_back(p_load);
    return true;
exception
    when sqlstate 'LD018' then
        return false;
end
$$;
comment on function loader.can_roll_back(bigint) is
'Whether enough is recorded about a load to roll it back.';
