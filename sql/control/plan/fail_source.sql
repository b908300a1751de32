create or replace function loader.fail_source(p_source bigint, p_token bigint, p_error text)
returns void
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Ends the planning of a source that cannot be read at all. Writes source, event. Raises LD001.
declare
    v_source source;
begin
    v_source := fence_source(p_source, p_token);
    update source as s set state = 'failed', error = p_error, lease_token = null, leased_until = null
    where s.source_id = p_source;
    perform log_event('source_failed', v_source.name || ': ' || p_error, v_source.load_id, p_source, null, 'error');
end
$$;
comment on function loader.fail_source(bigint, bigint, text) is 'Records that a source cannot be read at all.';
