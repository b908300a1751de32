-- The comment as sql/control/schema has it now.
comment on column loader.chunk.nulled is
'Values that on_error: null has made NULL in it, {table.column: number}, and child rows that where left out,
{table: number}.';
