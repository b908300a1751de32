create or replace function loader.plan_chunk(
    p_source bigint,
    p_piece loader.piece,
    p_max_attempts integer default null
)
returns bigint
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Adds one chunk to the queue; returns chunk_id. A chunk that exists already stays, because planning may be repeated; it
-- must hold the same records of the same bytes, since it may be loaded already. p_max_attempts null: the load's.
-- The load's row is locked before its state is read, so that it cannot end in between.
-- Writes chunk. Raises LD005 (the load is not open), LD012 (the file has changed), LD013, 22023. Locks load.
declare
    v_load bigint;
    v_state text;
    v_dataset text;
    v_source text;
    v_chunk bigint;
    v_is_same boolean;
begin
    select l.load_id, l.state, l.dataset, s.name into v_load, v_state, v_dataset, v_source
    from source as s join load as l on l.load_id = s.load_id
    where s.source_id = p_source
    for share of l;
    if not found then
        raise exception 'there is no source %', p_source using errcode = 'LD013';
    end if;
    if v_state <> 'open' then
        raise exception 'load % is %, it accepts no further chunk', v_load, v_state using errcode = 'LD005';
    end if;
    if not exists (select 1 from chunk as c where c.source_id = p_source and c.number = p_piece.number) then
        perform assert_records(p_source, p_piece);
    end if;
    insert into chunk (
        load_id, source_id, number, first_record, records, weight, place, locator, context, digest, max_attempts
    )
    select v_load, p_source, (p_piece).*, coalesce(p_max_attempts, load_limit(v_load, 'max_attempts')::integer)
    on conflict (source_id, number) do nothing
    returning chunk_id into v_chunk;
    if v_chunk is null then
        select
            c.chunk_id, (c.first_record, c.records, c.weight, c.digest)
            is not distinct from (p_piece.first_record, p_piece.records, p_piece.weight, p_piece.digest)
        into v_chunk, v_is_same
        from chunk as c where c.source_id = p_source and c.number = p_piece.number;
        if not v_is_same then
            raise exception '% is not the file that was planned: chunk % has other bytes', v_source, p_piece.number
                using errcode = 'LD012', hint = format(
                    'put the planned file back; or `loader cancel %s`, and load this one', v_dataset
                );
        end if;
    end if;
    return v_chunk;
end
$$;
comment on function loader.plan_chunk(bigint, loader.piece, integer) is
'Adds one chunk of a source to the queue; returns its number.';
