create or replace function loader.fence_source(p_source bigint, p_token bigint)
returns loader.source
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Locks a source for the caller's transaction, which must hold the lease; returns its row. p_token null: nobody has a
-- lease, because the source is not planned by the loader's workers. Raises LD001 (the lease is lost, or the load has
-- ended). Locks source.
declare
    v_source source;
begin
    select s.* into v_source from source as s
    where s.source_id = p_source and s.lease_token is not distinct from p_token
        and exists (select 1 from load as l where l.load_id = s.load_id and l.state = 'open')
    for no key update;
    if not found then
        raise exception 'the lease % of source % is lost', p_token, p_source using errcode = 'LD001';
    end if;
    return v_source;
end
$$;
comment on function loader.fence_source(bigint, bigint) is
'Locks a source for the transaction that ends its planning; raises LD001 when the lease is lost.';
