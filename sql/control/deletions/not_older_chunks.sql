create or replace function loader.not_older_chunks(p_load bigint, p_entity text)
returns bigint[]
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Chunks of finished other loads whose sources are not older than a load (older_sources). Records that they found
    -- unchanged are not deleted if the load lacks them, although their rows still have an older source: dumps with the
    -- same date and priority may be parts of a whole.
    select coalesce(array_agg(c.chunk_id), '{}')
    from load as mine
    join load as l on l.dataset = mine.dataset and l.load_id <> mine.load_id and l.state = 'done'
    join source as s on s.load_id = l.load_id and p_entity = any (s.entities)
    join chunk as c on c.source_id = s.source_id
    where mine.load_id = p_load
        and s.source_id not in (select unnest(older_sources(p_load, p_entity)))
        and not is_replaced(s.source_id)
$$;
comment on function loader.not_older_chunks(bigint, text) is
'Chunks of other loads whose sources are not older than a load.';
