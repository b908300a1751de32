create or replace function loader.assert_none_open(p_dataset text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Raises LD003 while a load of the dataset is open.
begin
    if has_open_load(p_dataset) then
        raise exception 'a load of % is open', p_dataset
            using errcode = 'LD003', hint = format('let it finish, or cancel it: loader cancel %s', p_dataset);
    end if;
end
$$;
comment on function loader.assert_none_open(text) is 'Raises LD003 while a load of the dataset is open.';
