-- sql/dataset/validate/stage_entity.sql, mapping 000000000000
create or replace procedure computed_stage.stage_build_article(
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
-- Validates the article records staged as text in a slot: values that do not fit become rejects, the others are
-- cast into computed_build. Called by loader.stage_chunk, which has fenced the chunk.
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
        'article',
        s._record,
        f.reason,
        'article',
        f.column_name,
        left(f.value, 1000),
        f.message
    from computed_stage.article_text as s
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
            'y', s.y, 'type',
            case
                when not loader.is_integer(s.y)
                    and s._hash <> loader.removed_hash()
                    then format('y: %L is not of type integer', left(s.y, 100))
            end
        ),
        (
            'm', s.m, 'type',
            case
                when not loader.is_integer(s.m)
                    and s._hash <> loader.removed_hash()
                    then format('m: %L is not of type integer', left(s.m, 100))
            end
        )
    ) as f (column_name, value, reason, message)
    where
        s._slot = _p_slot
        and f.message is not null;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'article',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'article_page',
        f.column_name,
        left(f.value, 1000),
        f.message
    from computed_stage.article_page_text as s
    inner join loader.chunk as c on c.chunk_id = _p_chunk
    cross join lateral (
        values
        (
            'number', s.number, 'type',
            case
                when not loader.is_integer(s.number)
                    then format('number: %L is not of type integer', left(s.number, 100))
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
            count((make_date(y, m, 1))::date)
        from (
            select
                nullif(btrim(s.id, E' \t\n\r'), '')::integer as id,
                nullif(btrim(s.y, E' \t\n\r'), '')::integer as y,
                nullif(btrim(s.m, E' \t\n\r'), '')::integer as m
            from computed_stage.article_text as s
            where
                s._slot = _p_slot
                and loader.record_id(s._source, s._record) <> all(_v_rejected)
                and s._hash <> loader.removed_hash()
                and loader.record_id(s._source, s._record) <> all(_v_filtered)
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
                    nullif(btrim(s.y, E' \t\n\r'), '')::integer as y,
                    nullif(btrim(s.m, E' \t\n\r'), '')::integer as m,
                    s._record as _record_number
                from computed_stage.article_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) <> all(_v_rejected)
                    and s._hash <> loader.removed_hash()
                    and loader.record_id(s._source, s._record) <> all(_v_filtered)
            loop
                begin
                    select ((make_date(y, m, 1))::date) is null
                    into _v_holds
                    from (
                        select
                            _v_row.id as id,
                            _v_row.y as y,
                            _v_row.m as m
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
                            'article',
                            _v_row._record_number,
                            'expression',
                            'article',
                            'received',
                            'received: ' || sqlerrm
                            || ', so it cannot be computed: make_date(y, m, 1)'
                        from loader.chunk as c
                        where c.chunk_id = _p_chunk;
                end;
            end loop;
    end;
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
                nullif(btrim(s.y, E' \t\n\r'), '')::integer as y,
                nullif(btrim(s.m, E' \t\n\r'), '')::integer as m,
                loader.record_id(s._source, s._record) as _rec_id
            from computed_stage.article_text as s
            where
                s._slot = _p_slot
                and loader.record_id(s._source, s._record) <> all(_v_rejected)
                and s._hash <> loader.removed_hash()
            offset 0
        ) as r
        cross join lateral (  -- noqa: ST05
            select
                (make_date(y, m, 1))::date as received
        ) as e
        where (received > '2000-01-01') is not true;
    exception
        when data_exception or cardinality_violation or raise_exception
            or check_violation or not_null_violation or program_limit_exceeded then
            -- The condition cannot be evaluated for every record: one by one, so that only such records are
            -- rejected.
            _v_filtered := '{}';
            for _v_row in
                select
                    nullif(btrim(s.id, E' \t\n\r'), '')::integer as id,
                    nullif(btrim(s.y, E' \t\n\r'), '')::integer as y,
                    nullif(btrim(s.m, E' \t\n\r'), '')::integer as m,
                    s._record as _record_number,
                    loader.record_id(s._source, s._record) as _rec_id
                from computed_stage.article_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) <> all(_v_rejected)
                    and s._hash <> loader.removed_hash()
            loop
                begin
                    select (received > '2000-01-01') is true
                    into _v_holds
                    from (
                        select
                            _v_row.id as id,
                            _v_row.y as y,
                            _v_row.m as m
                    ) as r
                    cross join lateral (
                        select
                            (make_date(y, m, 1))::date as received
                    ) as e;
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
                            'article',
                            _v_row._record_number,
                            'check',
                            'article',
                            sqlerrm || ', so where cannot be evaluated: '
                            || 'received > ''2000-01-01'''
                        from loader.chunk as c
                        where c.chunk_id = _p_chunk;
                end;
            end loop;
    end;
    select coalesce(array_agg(distinct loader.record_id(r.source_id, r.record)), '{}')
    into _v_rejected
    from loader.reject as r
    where r.chunk_id = _p_chunk;
    begin
        -- All expressions for all rows, before any row is written.
        perform
            count((number * 2)::integer),
            count((number / 2)::integer)
        from (
            select
                nullif(btrim(s.article_id, E' \t\n\r'), '')::integer as article_id,
                s.ordinal,
                nullif(btrim(s.number, E' \t\n\r'), '')::integer as number
            from computed_stage.article_page_text as s
            where
                s._slot = _p_slot
                and s._rec <> all(_v_rejected)
                and s._rec <> all(_v_filtered)
            offset 0
        ) as r;
    exception
        when data_exception or cardinality_violation or raise_exception
                or check_violation or not_null_violation or program_limit_exceeded then
            -- An expression cannot be computed for every row: one by one, so that only the records with such rows are
            -- rejected.
            for _v_row in
                select
                    nullif(btrim(s.article_id, E' \t\n\r'), '')::integer as article_id,
                    s.ordinal,
                    nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
                    s._rec & ((1::bigint << 40) - 1) as _record_number
                from computed_stage.article_page_text as s
                where
                    s._slot = _p_slot
                    and s._rec <> all(_v_rejected)
                    and s._rec <> all(_v_filtered)
            loop
                begin
                    select ((number * 2)::integer) is null
                    into _v_holds
                    from (
                        select
                            _v_row.article_id as article_id,
                            _v_row.ordinal as ordinal,
                            _v_row.number as number
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
                            'article',
                            _v_row._record_number,
                            'expression',
                            'article_page',
                            'twice',
                            'twice: ' || sqlerrm
                            || ', so it cannot be computed: number * 2'
                        from loader.chunk as c
                        where c.chunk_id = _p_chunk;
                end;
                begin
                    select ((number / 2)::integer) is null
                    into _v_holds
                    from (
                        select
                            _v_row.article_id as article_id,
                            _v_row.ordinal as ordinal,
                            _v_row.number as number
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
                            'article',
                            _v_row._record_number,
                            'expression',
                            'article_page',
                            'half',
                            'half: ' || sqlerrm
                            || ', so it cannot be computed: number / 2'
                        from loader.chunk as c
                        where c.chunk_id = _p_chunk;
                end;
            end loop;
    end;
    begin
        -- All expressions for all rows, before any row is written.
        perform
            count((length(text))::integer)
        from (
            select
                nullif(btrim(s.article_id, E' \t\n\r'), '')::integer as article_id,
                s.ordinal,
                s.text
            from computed_stage.article_word_text as s
            where
                s._slot = _p_slot
                and s._rec <> all(_v_rejected)
                and s._rec <> all(_v_filtered)
            offset 0
        ) as r;
    exception
        when data_exception or cardinality_violation or raise_exception
                or check_violation or not_null_violation or program_limit_exceeded then
            -- An expression cannot be computed for every row: one by one, so that only the records with such rows are
            -- rejected.
            for _v_row in
                select
                    nullif(btrim(s.article_id, E' \t\n\r'), '')::integer as article_id,
                    s.ordinal,
                    s.text,
                    s._rec & ((1::bigint << 40) - 1) as _record_number
                from computed_stage.article_word_text as s
                where
                    s._slot = _p_slot
                    and s._rec <> all(_v_rejected)
                    and s._rec <> all(_v_filtered)
            loop
                begin
                    select ((length(text))::integer) is null
                    into _v_holds
                    from (
                        select
                            _v_row.article_id as article_id,
                            _v_row.ordinal as ordinal,
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
                            'article',
                            _v_row._record_number,
                            'expression',
                            'article_word',
                            'length',
                            'length: ' || sqlerrm
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
    begin
        insert into loader.reject (
            load_id, source_id, chunk_id, entity, record, reason, table_name, message
        )
        select
            c.load_id,
            c.source_id,
            c.chunk_id,
            'article',
            v._record_number,
            'check',
            'article',
            'the rule does not hold: received < ''2100-01-01'''
        -- offset 0 keeps the condition after the casts, and these away from rejected rows.
        from (
            select r._record_number
            from (
                select
                    nullif(btrim(s.id, E' \t\n\r'), '')::integer as id,
                    nullif(btrim(s.y, E' \t\n\r'), '')::integer as y,
                    nullif(btrim(s.m, E' \t\n\r'), '')::integer as m,
                    s._record as _record_number
                from computed_stage.article_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) <> all(_v_rejected)
                    and s._hash <> loader.removed_hash()
                    and loader.record_id(s._source, s._record) <> all(_v_filtered)
                offset 0
            ) as r
            cross join lateral (
                select
                    (make_date(y, m, 1))::date as received
            ) as e
            where (received < '2100-01-01') is false
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
                    nullif(btrim(s.y, E' \t\n\r'), '')::integer as y,
                    nullif(btrim(s.m, E' \t\n\r'), '')::integer as m,
                    s._record as _record_number
                from computed_stage.article_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) <> all(_v_rejected)
                    and s._hash <> loader.removed_hash()
                    and loader.record_id(s._source, s._record) <> all(_v_filtered)
            loop
                begin
                    select (received < '2100-01-01') is not false
                    into _v_holds
                    from (
                        select
                            _v_row.id as id,
                            _v_row.y as y,
                            _v_row.m as m
                    ) as r
                    cross join lateral (
                        select
                            (make_date(y, m, 1))::date as received
                    ) as e;
                    if not _v_holds then
                        insert into loader.reject (
                            load_id, source_id, chunk_id, entity, record, reason, table_name, message
                        )
                        select
                            c.load_id,
                            c.source_id,
                            c.chunk_id,
                            'article',
                            _v_row._record_number,
                            'check',
                            'article',
                            'the rule does not hold: received < ''2100-01-01'''
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
                            'article',
                            _v_row._record_number,
                            'check',
                            'article',
                            sqlerrm || ', so the rule cannot be evaluated: '
                            || 'received < ''2100-01-01'''
                        from loader.chunk as c
                        where c.chunk_id = _p_chunk;
                end;
            end loop;
    end;
    begin
        insert into loader.reject (
            load_id, source_id, chunk_id, entity, record, reason, table_name, message
        )
        select
            c.load_id,
            c.source_id,
            c.chunk_id,
            'article',
            v._record_number,
            'check',
            'article_page',
            'the rule does not hold: twice > 0'
        -- offset 0 keeps the condition after the casts, and these away from rejected rows.
        from (
            select r._record_number
            from (
                select
                    nullif(btrim(s.article_id, E' \t\n\r'), '')::integer as article_id,
                    s.ordinal,
                    nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
                    s._rec & ((1::bigint << 40) - 1) as _record_number
                from computed_stage.article_page_text as s
                where
                    s._slot = _p_slot
                    and s._rec <> all(_v_rejected)
                    and s._rec <> all(_v_filtered)
                offset 0
            ) as r
            cross join lateral (
                select
                    (number * 2)::integer as twice
            ) as e
            where (twice > 0) is false
        ) as v
        inner join loader.chunk as c on c.chunk_id = _p_chunk;
    exception
        when data_exception or cardinality_violation or raise_exception
            or check_violation or not_null_violation or program_limit_exceeded then
            -- The rule cannot be evaluated for every row: one by one, so that only the records with such rows are
            -- rejected.
            for _v_row in
                select
                    nullif(btrim(s.article_id, E' \t\n\r'), '')::integer as article_id,
                    s.ordinal,
                    nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
                    s._rec & ((1::bigint << 40) - 1) as _record_number
                from computed_stage.article_page_text as s
                where
                    s._slot = _p_slot
                    and s._rec <> all(_v_rejected)
                    and s._rec <> all(_v_filtered)
            loop
                begin
                    select (twice > 0) is not false
                    into _v_holds
                    from (
                        select
                            _v_row.article_id as article_id,
                            _v_row.ordinal as ordinal,
                            _v_row.number as number
                    ) as r
                    cross join lateral (
                        select
                            (number * 2)::integer as twice
                    ) as e;
                    if not _v_holds then
                        insert into loader.reject (
                            load_id, source_id, chunk_id, entity, record, reason, table_name, message
                        )
                        select
                            c.load_id,
                            c.source_id,
                            c.chunk_id,
                            'article',
                            _v_row._record_number,
                            'check',
                            'article_page',
                            'the rule does not hold: twice > 0'
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
                            'article',
                            _v_row._record_number,
                            'check',
                            'article_page',
                            sqlerrm || ', so the rule cannot be evaluated: '
                            || 'twice > 0'
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
                from computed_stage.article_text as s
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
    insert into computed_build.article (
        id, y, m, _source, _record, _hash
    )
    select
        nullif(btrim(s.id, E' \t\n\r'), '')::integer as id,
        nullif(btrim(s.y, E' \t\n\r'), '')::integer as y,
        nullif(btrim(s.m, E' \t\n\r'), '')::integer as m,
        s._source,
        s._record,
        s._hash
    from computed_stage.article_text as s
    where
        s._slot = _p_slot
        and loader.record_id(s._source, s._record) <> all(_v_rejected)
        and loader.record_id(s._source, s._record) <> all(_v_filtered);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('article', _v_rows);
    insert into computed_build.article_page (
        article_id, ordinal, number, _rec
    )
    select
        nullif(btrim(s.article_id, E' \t\n\r'), '')::integer as article_id,
        s.ordinal,
        nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
        s._rec
    from computed_stage.article_page_text as s
    where
        s._slot = _p_slot
        and s._rec <> all(_v_rejected)
        and s._rec <> all(_v_filtered);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('article_page', _v_rows);
    insert into computed_build.article_word (
        article_id, ordinal, text, _rec
    )
    select
        nullif(btrim(s.article_id, E' \t\n\r'), '')::integer as article_id,
        s.ordinal,
        s.text,
        s._rec
    from computed_stage.article_word_text as s
    where
        s._slot = _p_slot
        and s._rec <> all(_v_rejected)
        and s._rec <> all(_v_filtered);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('article_word', _v_rows);
    _p_filtered := cardinality(_v_filtered);
end
$$;
comment on procedure computed_stage.stage_build_article(bigint, bigint, integer, bigint, jsonb) is
'Validates the article records staged as text in a slot and casts the valid ones.';
