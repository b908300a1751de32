create or replace function loader.newer_chunks(p_chunk bigint, p_policy text default 'newest')
returns bigint[]
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Chunks of finished other loads whose sources win over the source of p_chunk. What they found unchanged was a
    -- decision: a source that loses to them and is loaded later does not change it.
    with newer as materialized (
        select o.source_id
        from chunk as mine
        join source as m on m.source_id = mine.source_id
        join source as o on o.dataset = m.dataset and o.load_id <> m.load_id
        join load as l on l.load_id = o.load_id and l.state = 'done'
        where mine.chunk_id = p_chunk and is_newer(o.source_id, 0, m.source_id, 0, p_policy)
            and not is_replaced(o.source_id)
    )
    select coalesce(array_agg(c.chunk_id), '{}') from newer as n join chunk as c on c.source_id = n.source_id
$$;
comment on function loader.newer_chunks(bigint, text) is 'Chunks of newer sources of other loads that are done.';
