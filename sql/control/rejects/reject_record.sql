create or replace function loader.reject_record(
    p_chunk bigint,
    p_token bigint,
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
-- Stores one record that could not be loaded. Call it in the transaction that loads its chunk, under the lease p_token.
-- p_byte_offset counts in the decoded stream. p_byte_length: of the record, if p_raw is only its beginning. p_key:
-- {column: value}, if the bytes prove it. Writes reject. Raises LD001, LD002. Locks chunk.
declare
    v_chunk chunk := fence_chunk(p_chunk, p_token);
begin
    insert into reject (
        load_id, source_id, chunk_id, entity, record, byte_offset, byte_length, reason, table_name, column_name, value,
        message, raw, key
    )
    values (
        v_chunk.load_id, v_chunk.source_id, p_chunk, p_entity, p_record, p_byte_offset,
        coalesce(p_byte_length, length(p_raw)), p_reason, p_table, p_column, left(p_value, 1000), p_message, p_raw, p_key
    );
end
$$;
comment on function loader.reject_record(
    bigint, bigint, text, bigint, text, text, bigint, bytea, text, text, text, bigint, jsonb
) is 'Stores a record that could not be loaded, with its bytes, position and reason.';
