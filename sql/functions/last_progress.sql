create or replace function loader.last_progress(p_load bigint)
returns timestamptz
language sql
stable
set search_path = loader, pg_temp
as $$
    -- When a load was last seen to go on: it began, a planner read more of its file, a chunk was done, or chunks came
    -- back into the queue. Claims are none: a worker may claim, and get nowhere. Reads load, source, chunk, event.
    select greatest(
        l.started_at,
        (select max(s.scanned_at) from source as s where s.load_id = p_load),
        (select max(c.done_at) from chunk as c where c.load_id = p_load),
        (
            select max(e.at) from event as e
            where e.load_id = p_load and e.kind in ('build_lost', 'chunk_requeued', 'chunks_overtaken')
        )
    )
    from load as l where l.load_id = p_load
$$;
comment on function loader.last_progress(bigint) is 'When a load was last seen to go on.';
