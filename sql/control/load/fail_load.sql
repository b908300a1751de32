create or replace function loader.fail_load(p_load bigint, p_error text)
returns boolean
language plpgsql
set search_path = loader, pg_temp
as $$
-- Ends a load that cannot go on as failed; whether it did. Dead chunks can be put back into the queue: a load that has
-- some, and of which no source is lost, stays open. Writes and locks as end_load, raises as that.
begin
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
