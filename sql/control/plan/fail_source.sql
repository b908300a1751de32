create or replace function loader.fail_source(p_source bigint, p_token bigint, p_error text)
returns void
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Ends the planning of a source that cannot be read at all. Writes source, event. Raises LD001 (lease lost, or its load
-- has ended).
declare
    v_source source;
begin
    update source as s set state = 'failed', error = p_error, planned_until = null
    where s.source_id = p_source and s.plan_token is not distinct from p_token
        and exists (select 1 from load as l where l.load_id = s.load_id and l.state = 'open')
    returning s.* into v_source;
    if not found then
        raise exception 'source % is now planned by another worker', p_source using errcode = 'LD001';
    end if;
    perform log_event('source_failed', v_source.name || ': ' || p_error, v_source.load_id, p_source, null, 'error');
end
$$;
comment on function loader.fail_source(bigint, bigint, text) is 'Records that a source cannot be read at all.';
