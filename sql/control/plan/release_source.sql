create or replace function loader.release_source(p_source bigint, p_token bigint)
returns void
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Returns a source that is not planned, for a worker that is told to stop. Writes source. Raises LD001.
begin
    perform fence_source(p_source, p_token);
    update source as s set state = 'registered', lease_token = null, leased_until = null
    where s.source_id = p_source;
end
$$;
comment on function loader.release_source(bigint, bigint) is 'Returns a source that is not planned.';
