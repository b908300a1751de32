create or replace function loader.locate_reject(p_chunk bigint, p_record bigint, p_byte_offset bigint, p_raw bytea)
returns void
language sql
set search_path = loader, pg_temp
as $$
    -- Adds place and bytes to the rejects that loader.stage_chunk found in a record: only the worker has them.
    -- Writes reject.
    update reject as r set byte_offset = p_byte_offset, byte_length = length(p_raw), raw = p_raw
    where r.chunk_id = p_chunk and r.record = p_record and r.raw is null
$$;
comment on function loader.locate_reject(bigint, bigint, bigint, bytea) is
'Adds place and bytes to the rejects of a record.';
