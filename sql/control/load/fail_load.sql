create or replace function loader.fail_load(p_load bigint, p_error text)
returns boolean
language plpgsql
set search_path = loader, pg_temp
as $$
-- Ends a load that cannot continue as failed; returns whether it did. A load that is done stays so. A load with dead
-- chunks stays open unless a source failed or is damaged, because dead chunks can be requeued. Writes, locks and raises
-- as end_load does.
begin
    if exists (select 1 from load as l where l.load_id = p_load and l.state = 'done') then
        return false;
    end if;
    if exists (select 1 from chunk as c where c.load_id = p_load and c.state = 'dead') and not exists (
        select 1 from source as s where s.load_id = p_load and s.state in ('failed', 'damaged')
    ) then
        return false;
    end if;
    perform end_load(p_load, 'failed', p_error);
    return true;
end
$$;
comment on function loader.fail_load(bigint, text) is 'Ends a load as failed, unless dead chunks can be requeued.';
