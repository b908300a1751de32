create or replace function loader.assert_recorded(p_load bigint)
returns void
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- Proves that everything that a load recorded about its changes is still there. Raises LD019, LD034.
begin
    perform assert_not_from_elsewhere(dataset_of(p_load));
    if exists (select from lost_records('changes', array[p_load])) then
        raise exception 'what load % changed is not recorded any more: rows of its change tables are missing', p_load
            using errcode = 'LD019', hint = 'somebody has removed them, or a restore left them out';
    end if;
end
$$;
comment on function loader.assert_recorded(bigint) is
'Raises LD019 if some of the changes that a load has recorded are missing.';
