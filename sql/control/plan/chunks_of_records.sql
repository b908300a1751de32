create or replace function loader.chunks_of_records(p_load bigint)
returns table (source_id bigint, first_records bigint[], chunk_ids bigint[])
language sql
stable
set search_path = loader, pg_temp
as $$
    -- In which chunk a record of a load is: chunk_ids[width_bucket(record, first_records)] of its source.
    select
        c.source_id, array_agg(c.first_record order by c.first_record), array_agg(c.chunk_id order by c.first_record)
    from chunk as c
    where c.load_id = p_load and c.records > 0
    group by c.source_id
$$;
comment on function loader.chunks_of_records(bigint) is 'In which chunk a record of a load is, by source.';
