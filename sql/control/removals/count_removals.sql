create or replace function loader.count_removals(p_sources bigint[], p_records bigint[])
returns void
language sql
set search_path = loader, pg_temp
as $$
    -- Turns delete records that were counted as inserted into unchanged ones, in the chunks that read them: tables that
    -- are built have no row for them to delete. Writes chunk.
    with removal as (
        select c.chunk_id, count(*) as records
        from unnest(p_sources, p_records) as r (source_id, record)
        join chunk as c
            on c.source_id = r.source_id and r.record between c.first_record and c.first_record + c.records - 1
        group by c.chunk_id
    )
    update chunk as c set inserted = c.inserted - r.records, unchanged = c.unchanged + r.records
    from removal as r where r.chunk_id = c.chunk_id
$$;
comment on function loader.count_removals(bigint[], bigint[]) is
'Turns delete records counted as inserted into unchanged ones, in the chunks that read them.';
