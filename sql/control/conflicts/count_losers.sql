create or replace function loader.count_losers(p_sources bigint[], p_records bigint[])
returns void
language sql
set search_path = loader, pg_temp
as $$
    -- Turns records that were counted as inserted into duplicates, in the chunks that read them. Writes chunk.
    with loser as (
        select c.chunk_id, count(*) as records
        from unnest(p_sources, p_records) as l (source_id, record)
        join chunk as c
            on c.source_id = l.source_id and l.record between c.first_record and c.first_record + c.records - 1
        group by c.chunk_id
    )
    update chunk as c set inserted = c.inserted - l.records, duplicate = c.duplicate + l.records
    from loser as l where l.chunk_id = c.chunk_id
$$;
comment on function loader.count_losers(bigint[], bigint[]) is
'Corrects chunks: records that were counted as inserted count as duplicates.';
