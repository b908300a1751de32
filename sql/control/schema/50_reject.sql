create table loader.reject (
    reject_id bigint generated always as identity primary key,
    load_id bigint not null references loader.load,
    source_id bigint not null references loader.source,
    chunk_id bigint references loader.chunk on delete set null,
    entity text not null,
    record bigint not null,
    byte_offset bigint,
    byte_length bigint,
    reason text not null,
    table_name text,
    column_name text,
    value text,
    message text not null,
    raw bytea,
    state text not null default 'open' check (state in ('open', 'replayed')),
    replayed_by bigint references loader.load,
    created_at timestamptz not null default now(),
    key jsonb
);
comment on table loader.reject is 'Records that could not be loaded, with their bytes, position and reason.';
comment on column loader.reject.reject_id is 'Number of the reject.';
comment on column loader.reject.load_id is 'Load that read it.';
comment on column loader.reject.source_id is 'Source that holds it.';
comment on column loader.reject.chunk_id is 'Chunk that read it.';
comment on column loader.reject.entity is 'Entity of the record.';
comment on column loader.reject.record is 'Number of the record in its source, from 1.';
comment on column loader.reject.byte_offset is 'First byte of the record in the decoded stream.';
comment on column loader.reject.byte_length is 'Length of the record, in bytes.';
comment on column loader.reject.reason is
'Class of the fault: malformed, missing_key, type, repeated, required, check, pattern, enum, range, limit, conflict,
too_large, operation, expression.';
comment on column loader.reject.table_name is 'Table whose row could not be made.';
comment on column loader.reject.column_name is 'Column whose value is at fault.';
comment on column loader.reject.value is 'The value at fault.';
comment on column loader.reject.message is 'What is wrong, in a sentence.';
comment on column loader.reject.raw is 'The bytes of the record; of one that is too_large, only the first.';
comment on column loader.reject.state is 'open, or replayed: loaded later, mended.';
comment on column loader.reject.replayed_by is 'Load that loaded the mended record.';
comment on column loader.reject.created_at is 'When it was rejected.';
comment on column loader.reject.key is
'Key of the record, {column: value}, where its bytes prove it: the row that has it stays. Null: it cannot be read.';

create index reject_of_chunk on loader.reject (chunk_id);
comment on index loader.reject_of_chunk is 'Serves loader.merge_chunk, which counts the rejects of its chunk.';
create index reject_of_load on loader.reject (load_id, reject_id);
comment on index loader.reject_of_load is 'Serves listing and exporting the rejects of a load.';
