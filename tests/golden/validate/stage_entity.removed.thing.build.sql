-- sql/dataset/validate/stage_entity.sql, mapping 000000000000
create or replace procedure removed_stage.stage_build_thing(
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
-- Validates the thing records staged as text in a slot: values that do not fit become rejects, the others are
-- cast into removed_build. Called by loader.stage_chunk, which has fenced the chunk.
#variable_conflict use_column
declare
    _v_rejected bigint[] := '{}';
    _v_rows bigint;
    _v_filtered bigint[] := '{}';
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
        'thing',
        s._record,
        f.reason,
        'thing',
        f.column_name,
        left(f.value, 1000),
        f.message
    from removed_stage.thing_text as s
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
        ),
        (
            'size', s.size, 'type',
            case
                when not loader.is_integer(s.size)
                    and s._hash <> loader.removed_hash()
                    then format('size: %L is not of type integer', left(s.size, 100))
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
        -- offset 0 keeps the condition after the casts, and these away from rejected rows.
        select coalesce(array_agg(r._rec_id), '{}')
        into _v_filtered
        from (
            select
                nullif(btrim(s.id, E' \t\n\r'), '')::integer as id,
                s.name,
                nullif(btrim(s.size, E' \t\n\r'), '')::integer as size,
                loader.record_id(s._source, s._record) as _rec_id
            from removed_stage.thing_text as s
            where
                s._slot = _p_slot
                and loader.record_id(s._source, s._record) <> all(_v_rejected)
                and s._hash <> loader.removed_hash()
            offset 0
        ) as r
        where (size is not null) is not true;
    exception
        when data_exception or cardinality_violation or raise_exception
            or check_violation or not_null_violation or program_limit_exceeded then
            -- The condition cannot be evaluated for every record: one by one, so that only such records are
            -- rejected.
            _v_filtered := '{}';
            for _v_row in
                select
                    nullif(btrim(s.id, E' \t\n\r'), '')::integer as id,
                    s.name,
                    nullif(btrim(s.size, E' \t\n\r'), '')::integer as size,
                    s._record as _record_number,
                    loader.record_id(s._source, s._record) as _rec_id
                from removed_stage.thing_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) <> all(_v_rejected)
                    and s._hash <> loader.removed_hash()
            loop
                begin
                    select (size is not null) is true
                    into _v_holds
                    from (
                        select
                            _v_row.id as id,
                            _v_row.name as name,
                            _v_row.size as size
                    ) as r;
                    if not _v_holds then
                        _v_filtered := _v_filtered || _v_row._rec_id;
                    end if;
                exception
                    when data_exception or cardinality_violation or raise_exception
                        or check_violation or not_null_violation or program_limit_exceeded then
                        insert into loader.reject (
                            load_id, source_id, chunk_id, entity, record, reason, table_name, message
                        )
                        select
                            c.load_id,
                            c.source_id,
                            c.chunk_id,
                            'thing',
                            _v_row._record_number,
                            'check',
                            'thing',
                            sqlerrm || ', so where cannot be evaluated: '
                            || 'size is not null'
                        from loader.chunk as c
                        where c.chunk_id = _p_chunk;
                end;
            end loop;
    end;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'thing',
        s._record,
        f.reason,
        'thing',
        f.column_name,
        left(f.value, 1000),
        f.message
    from removed_stage.thing_text as s
    inner join loader.chunk as c on c.chunk_id = _p_chunk
    cross join lateral (
        values
        (
            'name', s.name, 'required',
            case
                when s.name is null
                    and s._hash <> loader.removed_hash()
                    then 'name is required'
            end
        )
    ) as f (column_name, value, reason, message)
    where
        s._slot = _p_slot
        and f.message is not null
        and loader.record_id(s._source, s._record) <> all(_v_filtered);
    select coalesce(array_agg(distinct loader.record_id(r.source_id, r.record)), '{}')
    into _v_rejected
    from loader.reject as r
    where r.chunk_id = _p_chunk;
    begin
        insert into loader.reject (
            load_id, source_id, chunk_id, entity, record, reason, table_name, message
        )
        select
            c.load_id,
            c.source_id,
            c.chunk_id,
            'thing',
            v._record_number,
            'check',
            'thing',
            'the rule does not hold: size > 0'
        -- offset 0 keeps the condition after the casts, and these away from rejected rows.
        from (
            select r._record_number
            from (
                select
                    nullif(btrim(s.id, E' \t\n\r'), '')::integer as id,
                    s.name,
                    nullif(btrim(s.size, E' \t\n\r'), '')::integer as size,
                    s._record as _record_number
                from removed_stage.thing_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) <> all(_v_rejected)
                    and s._hash <> loader.removed_hash()
                    and loader.record_id(s._source, s._record) <> all(_v_filtered)
                offset 0
            ) as r
            where (size > 0) is false
        ) as v
        inner join loader.chunk as c on c.chunk_id = _p_chunk;
    exception
        when data_exception or cardinality_violation or raise_exception
            or check_violation or not_null_violation or program_limit_exceeded then
            -- The rule cannot be evaluated for every row: one by one, so that only the records with such rows are
            -- rejected.
            for _v_row in
                select
                    nullif(btrim(s.id, E' \t\n\r'), '')::integer as id,
                    s.name,
                    nullif(btrim(s.size, E' \t\n\r'), '')::integer as size,
                    s._record as _record_number
                from removed_stage.thing_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) <> all(_v_rejected)
                    and s._hash <> loader.removed_hash()
                    and loader.record_id(s._source, s._record) <> all(_v_filtered)
            loop
                begin
                    select (size > 0) is not false
                    into _v_holds
                    from (
                        select
                            _v_row.id as id,
                            _v_row.name as name,
                            _v_row.size as size
                    ) as r;
                    if not _v_holds then
                        insert into loader.reject (
                            load_id, source_id, chunk_id, entity, record, reason, table_name, message
                        )
                        select
                            c.load_id,
                            c.source_id,
                            c.chunk_id,
                            'thing',
                            _v_row._record_number,
                            'check',
                            'thing',
                            'the rule does not hold: size > 0'
                        from loader.chunk as c
                        where c.chunk_id = _p_chunk;
                    end if;
                exception
                    when data_exception or cardinality_violation or raise_exception
                        or check_violation or not_null_violation or program_limit_exceeded then
                        insert into loader.reject (
                            load_id, source_id, chunk_id, entity, record, reason, table_name, message
                        )
                        select
                            c.load_id,
                            c.source_id,
                            c.chunk_id,
                            'thing',
                            _v_row._record_number,
                            'check',
                            'thing',
                            sqlerrm || ', so the rule cannot be evaluated: '
                            || 'size > 0'
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
                from removed_stage.thing_text as s
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
    insert into removed_build.thing (
        id, name, size, _source, _record, _hash
    )
    select
        nullif(btrim(s.id, E' \t\n\r'), '')::integer as id,
        s.name,
        nullif(btrim(s.size, E' \t\n\r'), '')::integer as size,
        s._source,
        s._record,
        s._hash
    from removed_stage.thing_text as s
    where
        s._slot = _p_slot
        and loader.record_id(s._source, s._record) <> all(_v_rejected)
        and loader.record_id(s._source, s._record) <> all(_v_filtered);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('thing', _v_rows);
    insert into removed_build.thing_part (
        thing_id, ordinal, label, _rec
    )
    select
        nullif(btrim(s.thing_id, E' \t\n\r'), '')::integer as thing_id,
        s.ordinal,
        s.label,
        s._rec
    from removed_stage.thing_part_text as s
    where
        s._slot = _p_slot
        and s._rec <> all(_v_rejected)
        and s._rec <> all(_v_filtered);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('thing_part', _v_rows);
    _p_filtered := cardinality(_v_filtered);
end
$$;
comment on procedure removed_stage.stage_build_thing(bigint, bigint, integer, bigint, jsonb) is
'Validates the thing records staged as text in a slot and casts the valid ones.';
