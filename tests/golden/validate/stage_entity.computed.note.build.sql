-- sql/dataset/validate/stage_entity.sql, mapping 000000000000
create or replace procedure computed_stage.stage_build_note(
    _p_chunk bigint,
    _p_source bigint,
    _p_slot integer,
    inout _p_filtered bigint,
    inout _p_rows jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Validates the note records staged as text in a slot: values that do not fit become rejects, the others are
-- cast into computed_build. Called by loader.stage_chunk, which has fenced the chunk.
#variable_conflict use_column
declare
    _v_rejected bigint[] := '{}';
    _v_rows bigint;
    _v_row record;
    _v_holds boolean;
begin
    _p_rows := '{}';
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'note',
        s._record,
        f.reason,
        'note',
        f.column_name,
        left(f.value, 1000),
        f.message
    from computed_stage.note_text as s
    inner join loader.chunk as c on c.chunk_id = _p_chunk
    cross join lateral (
        values
        (
            'id', s.id, 'missing_key',
            case
                when nullif(btrim(s.id, E' \t\n\r'), '') is null
                    then 'the key id is missing'
            end
        ),
        (
            'id', s.id, 'type',
            case
                when not loader.is_integer(s.id)
                    then format('id: %L is not of type integer', left(s.id, 100))
            end
        )
    ) as f (column_name, value, reason, message)
    where
        s._slot = _p_slot
        and f.message is not null;
    select coalesce(array_agg(distinct loader.record_id(r.source_id, r.record)), '{}')
    into _v_rejected
    from loader.reject as r
    where r.chunk_id = _p_chunk;
    begin
        -- All expressions for all rows, before any row is written.
        perform
            count((length(text))::integer)
        from (
            select
                nullif(btrim(s.id, E' \t\n\r'), '')::integer as id,
                s.text
            from computed_stage.note_text as s
            where
                s._slot = _p_slot
                and loader.record_id(s._source, s._record) <> all(_v_rejected)
            offset 0
        ) as r;
    exception
        when data_exception or cardinality_violation or raise_exception
                or check_violation or not_null_violation or program_limit_exceeded then
            -- An expression cannot be computed for every row: one by one, so that only the records with such rows are
            -- rejected.
            for _v_row in
                select
                    nullif(btrim(s.id, E' \t\n\r'), '')::integer as id,
                    s.text,
                    s._record as _record_number
                from computed_stage.note_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) <> all(_v_rejected)
            loop
                begin
                    select ((length(text))::integer) is null
                    into _v_holds
                    from (
                        select
                            _v_row.id as id,
                            _v_row.text as text
                    ) as r;
                exception
                    when data_exception or cardinality_violation or raise_exception
                        or check_violation or not_null_violation or program_limit_exceeded then
                        insert into loader.reject (
                            load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, message
                        )
                        select
                            c.load_id,
                            c.source_id,
                            c.chunk_id,
                            'note',
                            _v_row._record_number,
                            'expression',
                            'note',
                            'words',
                            'words: ' || sqlerrm
                            || ', so it cannot be computed: length(text)'
                        from loader.chunk as c
                        where c.chunk_id = _p_chunk;
                end;
            end loop;
    end;
    select coalesce(array_agg(distinct loader.record_id(r.source_id, r.record)), '{}')
    into _v_rejected
    from loader.reject as r
    where r.chunk_id = _p_chunk;
    if _v_rejected <> '{}' then
        -- Rejected records with a valid key are not missing: the row with this key stays. The keys are looked up in
        -- one object, because the planner expects one row, and would compute all keys again for each reject.
        with found as materialized (
            select jsonb_object_agg(
                k._record::text,
                jsonb_build_object(
                    'id', k.id
                )
            ) as keys
            from (
                select
                    nullif(btrim(s.id, E' \t\n\r'), '')::integer as id,
                    s._record
                from computed_stage.note_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) = any(_v_rejected)
                    and not (
                        coalesce(nullif(btrim(s.id, E' \t\n\r'), '') is null, false)
                        or coalesce(not loader.is_integer(s.id), false)
                    )
                offset 0
            ) as k
            where
                k.id is not null
        )
        update loader.reject as r set key = f.keys -> r.record::text
        from found as f
        where r.chunk_id = _p_chunk and f.keys ? r.record::text;
    end if;
    insert into computed_build.note (
        id, text, _source, _record, _hash
    )
    select
        nullif(btrim(s.id, E' \t\n\r'), '')::integer as id,
        s.text,
        s._source,
        s._record,
        s._hash
    from computed_stage.note_text as s
    where
        s._slot = _p_slot
        and loader.record_id(s._source, s._record) <> all(_v_rejected);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('note', _v_rows);
    _p_filtered := 0;
end
$$;
comment on procedure computed_stage.stage_build_note(bigint, bigint, integer, bigint, jsonb) is
'Validates the note records staged as text in a slot and casts the valid ones.';
