create or replace function loader.close_queue(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Reclaims all leases of a load that ends, and prevents further claims: its chunks are not ready before infinity.
-- Otherwise workers that do not know of its end would continue, and write into the build of the next load. Waits for
-- chunks that are being merged. All rows are locked before any is changed, in the usual order, so that a claim that is
-- under way is noticed. Writes source, chunk, chunk_attempt. Locks source, chunk.
begin
    perform 1 from source as s where s.load_id = p_load order by s.source_id for no key update;
    perform 1 from chunk as c
    where c.load_id = p_load and c.state in ('ready', 'leased') order by c.chunk_id for no key update;
    update source as s set state = 'registered', lease_token = null, leased_until = null
    where s.load_id = p_load and s.state = 'planning';
    update chunk_attempt as a set
        ended_at = clock(), outcome = coalesce(a.outcome, 'released'), error = 'the load was cancelled'
    from chunk as c
    where c.load_id = p_load and c.state = 'leased' and a.chunk_id = c.chunk_id and a.attempt = c.attempt;
    update chunk as c set state = 'ready', lease_token = null, leased_until = null, ready_at = 'infinity'
    where c.load_id = p_load and c.state in ('ready', 'leased');
end
$$;
comment on function loader.close_queue(bigint) is 'Reclaims all leases of a load and prevents further claims.';
