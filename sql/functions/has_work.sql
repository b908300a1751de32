create or replace function loader.has_work(p_load bigint)
returns boolean
language plpgsql
set search_path = loader, pg_temp
as $$
-- Whether a load has, or may come to have, something to do for a worker: a source to be planned, a chunk that is
-- ready or that somebody holds. Takes back first what workers hold that are gone. Writes chunk, chunk_attempt, event.
begin
    perform sweep_chunks(p_load, p_gone => true);
    return exists (select 1 from load as l where l.load_id = p_load and l.state = 'open')
        and (
            exists (select 1 from source as s where s.load_id = p_load and s.state in ('registered', 'planning'))
            or exists (select 1 from chunk as c where c.load_id = p_load and c.state in ('ready', 'leased'))
        );
end
$$;
comment on function loader.has_work(bigint) is 'Whether a load has, or may come to have, something to do for a worker.';
