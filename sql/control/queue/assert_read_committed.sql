create or replace function loader.assert_read_committed()
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- The queue and the merge need the newest version of each row, which only READ COMMITTED reads. Raises LD002.
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'this routine needs READ COMMITTED, not %',
            upper(current_setting('transaction_isolation'))
            using errcode = 'LD002', hint = 'begin isolation level read committed';
    end if;
end
$$;
comment on function loader.assert_read_committed() is 'Raises LD002 unless the transaction is READ COMMITTED.';
