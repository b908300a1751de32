create or replace function loader.locate_reject(
    p_chunk bigint,
    p_token bigint,
    p_records bigint[],
    p_byte_offsets bigint[],
    p_raw bytea[]
)
returns void
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Adds positions and bytes to the rejects that loader.stage_chunk found in some records, because only the worker has
-- them.
-- Call it in the transaction that loads the chunk, under the lease p_token. Writes reject. Raises LD001, LD002. Locks
-- chunk.
begin
    perform fence_chunk(p_chunk, p_token);
    update reject as r set byte_offset = n.byte_offset, byte_length = length(n.raw), raw = n.raw
    from unnest(p_records, p_byte_offsets, p_raw) as n (record, byte_offset, raw)
    where r.chunk_id = p_chunk and r.record = n.record and r.raw is null;
end
$$;
comment on function loader.locate_reject(bigint, bigint, bigint[], bigint[], bytea[]) is
'Adds positions and bytes to the rejects of records.';
