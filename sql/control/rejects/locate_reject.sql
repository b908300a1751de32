create or replace function loader.locate_reject(
    p_chunk bigint,
    p_token bigint,
    p_record bigint,
    p_byte_offset bigint,
    p_raw bytea
)
returns void
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Adds position and bytes to the rejects that loader.stage_chunk found in a record, because only the worker has them.
-- Call it in the transaction that loads the chunk, under the lease p_token. Writes reject. Raises LD001, LD002. Locks
-- chunk.
begin
    perform fence_chunk(p_chunk, p_token);
    update reject as r set byte_offset = p_byte_offset, byte_length = length(p_raw), raw = p_raw
    where r.chunk_id = p_chunk and r.record = p_record and r.raw is null;
end
$$;
comment on function loader.locate_reject(bigint, bigint, bigint, bigint, bytea) is
'Adds the position and bytes to the rejects of a record.';
