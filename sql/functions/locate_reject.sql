create or replace function loader.locate_reject(p_chunk bigint, p_record bigint, p_byte_offset bigint, p_raw bytea)
returns void
language sql
security definer
set search_path = loader, pg_temp
as $$
    -- Adds place and bytes to the rejects that loader.stage_chunk found in a record: only the worker has them.
    -- Writes reject. Does nothing unless the chunk is leased.
    update reject as r set byte_offset = p_byte_offset, byte_length = length(p_raw), raw = p_raw
    where r.chunk_id = p_chunk and r.record = p_record and r.raw is null
        and exists (select 1 from chunk as c where c.chunk_id = p_chunk and c.state = 'leased')
$$;
comment on function loader.locate_reject(bigint, bigint, bigint, bytea) is
'Adds place and bytes to the rejects of a record.';
