create or replace function loader.assert_records(p_source bigint, p_piece loader.piece)
returns void
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- Proves that a chunk can hold the records of a piece: neither neighbouring chunk has any of them; otherwise a record
-- would be loaded twice. Raises 22023.
begin
    if p_piece.number < 1 or p_piece.first_record < 1 or p_piece.records < 1 then
        raise exception 'chunk % cannot hold % records from number % on', p_piece.number, p_piece.records,
            p_piece.first_record using errcode = '22023', hint = 'chunks and records are numbered from 1';
    end if;
    if (
        select c.first_record + c.records > p_piece.first_record from chunk as c
        where c.source_id = p_source and c.number < p_piece.number order by c.number desc limit 1
    ) or (
        select c.first_record < p_piece.first_record + p_piece.records from chunk as c
        where c.source_id = p_source and c.number > p_piece.number order by c.number limit 1
    ) then
        raise exception 'records % to % of source % are those of another chunk', p_piece.first_record,
            p_piece.first_record + p_piece.records - 1, p_source
            using errcode = '22023', hint = 'chunks are numbered in the order of their records';
    end if;
end
$$;
comment on function loader.assert_records(bigint, loader.piece) is
'Raises an error unless a chunk can hold some records of a source.';
