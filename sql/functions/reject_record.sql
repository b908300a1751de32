create or replace function loader.reject_record(
    p_chunk bigint,
    p_entity text,
    p_record bigint,
    p_reason text,
    p_message text,
    p_byte_offset bigint default null,
    p_raw bytea default null,
    p_table text default null,
    p_column text default null,
    p_value text default null,
    p_byte_length bigint default null,
    p_key jsonb default null
)
returns void
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Keeps one record that could not be loaded. Belongs into the transaction that loads its chunk.
-- p_byte_offset counts in the decoded stream. p_byte_length: of the record, where p_raw is only its beginning.
-- p_key: {column: value}, where the bytes prove it.
-- Writes reject. Raises LD001 (nobody has the chunk).
begin
    insert into reject (
        load_id, source_id, chunk_id, entity, record, byte_offset, byte_length, reason, table_name, column_name, value,
        message, raw, key
    )
    select
        c.load_id, c.source_id, c.chunk_id, p_entity, p_record, p_byte_offset,
        coalesce(p_byte_length, length(p_raw)), p_reason, p_table, p_column, left(p_value, 1000), p_message, p_raw, p_key
    from chunk as c where c.chunk_id = p_chunk and c.state = 'leased';
    if not found then
        raise exception 'nobody holds chunk %', p_chunk using errcode = 'LD001';
    end if;
end
$$;
comment on function loader.reject_record(bigint, text, bigint, text, text, bigint, bytea, text, text, text, bigint, jsonb) is
'Keeps one record that could not be loaded, with its bytes, place and reason.';
