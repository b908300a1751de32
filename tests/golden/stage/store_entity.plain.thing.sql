-- sql/dataset/stage/store_entity.sql, mapping 000000000000
create or replace procedure plain_stage.store_thing(
    _p_chunk bigint,
    _p_slot integer,
    _p_same text[],
    inout _p_held bigint,
    inout _p_unchanged bigint,
    inout _p_rows jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Stores the rows of a chunk for the end of the load: rows staged in a slot (null: none) are moved to the build, where
-- workers have put their own already; the keys of records that equal their rows are logged. _p_same: as in
-- merge_thing. _p_held: root rows that went to the build; _p_rows: rows of each table. Called by
-- loader.merge_chunk, which has fenced the chunk.
#variable_conflict use_column
declare
    _v_same_record bigint[] := _p_same[1]::bigint[];
    _v_same_1 text[] := _p_same[2]::text[];
    _v_same_2 integer[] := _p_same[3]::integer[];
    _v_rows bigint;
begin
    _p_held := 0;
    _p_rows := '{}';
    if _p_slot is not null then
        insert into plain_build.thing (
            place, number, name, made, _source, _record, _hash
        )
        select
            s.place, s.number, s.name, s.made, s._source, s._record, s._hash
        from plain_stage.thing as s
        where s._slot = _p_slot;
        get diagnostics _v_rows = row_count;
        _p_rows := _p_rows || jsonb_build_object('thing', _v_rows);
        _p_held := _v_rows;
        insert into plain_build.thing_part (
            thing_place, thing_number, ordinal, label, weight, _rec
        )
        select
            s.thing_place, s.thing_number, s.ordinal, s.label, s.weight, s._rec
        from plain_stage.thing_part as s
        where s._slot = _p_slot;
        get diagnostics _v_rows = row_count;
        _p_rows := _p_rows || jsonb_build_object('thing_part', _v_rows);
        insert into plain_build.thing_part_mark (
            thing_place, thing_number, part_ordinal, ordinal, _rec
        )
        select
            s.thing_place, s.thing_number, s.part_ordinal, s.ordinal, s._rec
        from plain_stage.thing_part_mark as s
        where s._slot = _p_slot;
        get diagnostics _v_rows = row_count;
        _p_rows := _p_rows || jsonb_build_object('thing_part_mark', _v_rows);
    end if;
    _p_unchanged := coalesce(cardinality(_v_same_record), 0);
    delete from plain_stage.thing_key_log as s where s.chunk_id = _p_chunk;
    if _p_unchanged > 0 then
        -- Nothing was read: the keys are logged as they arrived.
        insert into plain_stage.thing_key_log (
            chunk_id, place, number, record, outcome
        )
        values (
            _p_chunk, _v_same_1, _v_same_2, _v_same_record, repeat('n', cardinality(_v_same_record))
        );
    end if;
end
$$;
comment on procedure plain_stage.store_thing(
    bigint, integer, text[], bigint, bigint, jsonb
) is
'Stores the thing records of a chunk for the end of the load.';
