-- What a load looked for and did not find, and what it made NULL: counted chunk by chunk.

alter table loader.chunk
add column found jsonb,
add column seen text[] not null default '{}',
add column nulled jsonb not null default '{}';
comment on column loader.chunk.found is
'Records by entity and rows made of them by table, {"read": {…}, "rows": {…}}; null: not known. See loader.load_gaps.';
comment on column loader.chunk.seen is
'Columns (table.column) that had a value in it, but for those that its worker had told of with another chunk.';
comment on column loader.chunk.nulled is 'Values that on_error: null has made NULL in it: {table.column: number}.';
drop procedure if exists loader.merge_chunk(bigint, bigint, integer, bigint, jsonb, jsonb);
