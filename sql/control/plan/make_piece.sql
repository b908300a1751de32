create or replace function loader.make_piece(
    p_number integer,
    p_first_record bigint,
    p_records bigint,
    p_weight bigint,
    p_place text default null,
    p_locator bytea default null,
    p_context bytea default null,
    p_digest bigint default null
)
returns loader.piece
language sql
immutable
set search_path = loader, pg_temp
as $$
    -- A piece of a source, to be planned as a chunk. The first four parameters suffice without the loader's workers:
    -- see the comments on loader.piece.
    select row(p_number, p_first_record, p_records, p_weight, p_place, p_locator, p_context, p_digest)::piece
$$;
comment on function loader.make_piece(integer, bigint, bigint, bigint, text, bytea, bytea, bigint) is
'A run of whole records of a source, for loader.plan_chunk.';
