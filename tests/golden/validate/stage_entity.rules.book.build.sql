-- sql/dataset/validate/stage_entity.sql, mapping 000000000000
create or replace procedure rules_stage.stage_build_book(
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
-- Validates the book records staged as text in a slot: values that do not fit become rejects, the others are
-- cast into rules_build. Called by loader.stage_chunk, which has fenced the chunk.
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
        'book',
        s._record,
        f.reason,
        'book',
        f.column_name,
        left(f.value, 1000),
        f.message
    from rules_stage.book_text as s
    inner join loader.chunk as c on c.chunk_id = _p_chunk
    cross join lateral (
        values
        (
            'number', s.number, 'missing_key',
            case
                when nullif(btrim(s.number, E' \t\n\r'), '') is null
                    then 'the key number is missing'
            end
        ),
        (
            'number', s.number, 'type',
            case
                when not loader.is_numeric(s.number)
                    then format('number: %L is not of type numeric', left(s.number, 100))
            end
        ),
        (
            'title', s.title, 'type',
            case
                when not (length(s.title) <= 200)
                    then format('title: %L is longer than 200 characters', left(s.title, 100))
            end
        ),
        (
            'years', s.years, 'type',
            case
                when not (
                    select coalesce(bool_and(
                        loader.is_integer(e.item)
                    ), true) from unnest(s.years::text[]) as e (item)
                )
                    then format('years: %L is not of type integer', left(s.years, 100))
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
        'book',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'book_chapter',
        f.column_name,
        left(f.value, 1000),
        f.message
    from rules_stage.book_chapter_text as s
    inner join loader.chunk as c on c.chunk_id = _p_chunk
    cross join lateral (
        values
        (
            'page', s.page, 'type',
            case
                when not loader.is_integer(s.page)
                    then format('page: %L is not of type integer', left(s.page, 100))
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
                trim_scale(nullif(btrim(s.number, E' \t\n\r'), '')::numeric) as number,
                s.title,
                s.isbn,
                case when loader.is_numeric(s.price)
                    and (
                        case when loader.is_numeric(s.price)
                            then nullif(btrim(s.price, E' \t\n\r'), '')::numeric >= '0'::numeric
                        end
                    )
                    then nullif(btrim(s.price, E' \t\n\r'), '')::numeric
                end as price,
                case when (s.binding in ('hard', 'it''s none'))
                    then s.binding
                end as binding,
                case when s.years is not null then array(
                    select nullif(btrim(e.item, E' \t\n\r'), '')::integer
                    from unnest(s.years::text[]) with ordinality as e (item, place) order by e.place
                ) end as years,
                loader.record_id(s._source, s._record) as _rec_id
            from rules_stage.book_text as s
            where
                s._slot = _p_slot
                and loader.record_id(s._source, s._record) <> all(_v_rejected)
            offset 0
        ) as r
        where (title <> 'withdrawn') is not true;
    exception
        when data_exception or cardinality_violation or raise_exception
            or check_violation or not_null_violation or program_limit_exceeded then
            -- The condition cannot be evaluated for every record: one by one, so that only such records are
            -- rejected.
            _v_filtered := '{}';
            for _v_row in
                select
                    trim_scale(nullif(btrim(s.number, E' \t\n\r'), '')::numeric) as number,
                    s.title,
                    s.isbn,
                    case when loader.is_numeric(s.price)
                        and (
                            case when loader.is_numeric(s.price)
                                then nullif(btrim(s.price, E' \t\n\r'), '')::numeric >= '0'::numeric
                            end
                        )
                        then nullif(btrim(s.price, E' \t\n\r'), '')::numeric
                    end as price,
                    case when (s.binding in ('hard', 'it''s none'))
                        then s.binding
                    end as binding,
                    case when s.years is not null then array(
                        select nullif(btrim(e.item, E' \t\n\r'), '')::integer
                        from unnest(s.years::text[]) with ordinality as e (item, place) order by e.place
                    ) end as years,
                    s._record as _record_number,
                    loader.record_id(s._source, s._record) as _rec_id
                from rules_stage.book_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) <> all(_v_rejected)
            loop
                begin
                    select (title <> 'withdrawn') is true
                    into _v_holds
                    from (
                        select
                            _v_row.number as number,
                            _v_row.title as title,
                            _v_row.isbn as isbn,
                            _v_row.price as price,
                            _v_row.binding as binding,
                            _v_row.years as years
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
                            'book',
                            _v_row._record_number,
                            'check',
                            'book',
                            sqlerrm || ', so where cannot be evaluated: '
                            || 'title <> ''withdrawn'''
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
        'book',
        s._record,
        f.reason,
        'book',
        f.column_name,
        left(f.value, 1000),
        f.message
    from rules_stage.book_text as s
    inner join loader.chunk as c on c.chunk_id = _p_chunk
    cross join lateral (
        values
        (
            'title', s.title, 'required',
            case
                when s.title is null
                    then 'title is required'
            end
        ),
        (
            'isbn', s.isbn, 'pattern',
            case
                when not (s.isbn ~ '^(?:[0-9]{9}[0-9X])$')
                    then format('isbn: %L does not match [0-9]{9}[0-9X]', left(s.isbn, 100))
            end
        ),
        (
            'years', s.years, 'range',
            case
                when not (
                    select coalesce(bool_and(
                        case when loader.is_integer(e.item)
                            then nullif(btrim(e.item, E' \t\n\r'), '')::integer >= '1450'::integer
                        end
                    ), true) from unnest(s.years::text[]) as e (item)
                )
                    then format('years: %L is below 1450', left(s.years, 100))
            end
        ),
        (
            'years', s.years, 'range',
            case
                when not (
                    select coalesce(bool_and(
                        case when loader.is_integer(e.item)
                            then nullif(btrim(e.item, E' \t\n\r'), '')::integer <= '2100'::integer
                        end
                    ), true) from unnest(s.years::text[]) as e (item)
                )
                    then format('years: %L is above 2100', left(s.years, 100))
            end
        ),
        (
            'title', s.title, 'limit',
            case
                when octet_length(s.title) > 2400
                    then format(
                        'the index on title has %s bytes, and an index holds no more than 2400',
                        octet_length(s.title)
                    )
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
            'book',
            v._record_number,
            'check',
            'book',
            'the rule does not hold: price is null or price < 1000'
        -- offset 0 keeps the condition after the casts, and these away from rejected rows.
        from (
            select r._record_number
            from (
                select
                    trim_scale(nullif(btrim(s.number, E' \t\n\r'), '')::numeric) as number,
                    s.title,
                    s.isbn,
                    case when loader.is_numeric(s.price)
                        and (
                            case when loader.is_numeric(s.price)
                                then nullif(btrim(s.price, E' \t\n\r'), '')::numeric >= '0'::numeric
                            end
                        )
                        then nullif(btrim(s.price, E' \t\n\r'), '')::numeric
                    end as price,
                    case when (s.binding in ('hard', 'it''s none'))
                        then s.binding
                    end as binding,
                    case when s.years is not null then array(
                        select nullif(btrim(e.item, E' \t\n\r'), '')::integer
                        from unnest(s.years::text[]) with ordinality as e (item, place) order by e.place
                    ) end as years,
                    s._record as _record_number
                from rules_stage.book_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) <> all(_v_rejected)
                    and loader.record_id(s._source, s._record) <> all(_v_filtered)
                offset 0
            ) as r
            where (price is null or price < 1000) is false
        ) as v
        inner join loader.chunk as c on c.chunk_id = _p_chunk;
    exception
        when data_exception or cardinality_violation or raise_exception
            or check_violation or not_null_violation or program_limit_exceeded then
            -- The rule cannot be evaluated for every row: one by one, so that only the records with such rows are
            -- rejected.
            for _v_row in
                select
                    trim_scale(nullif(btrim(s.number, E' \t\n\r'), '')::numeric) as number,
                    s.title,
                    s.isbn,
                    case when loader.is_numeric(s.price)
                        and (
                            case when loader.is_numeric(s.price)
                                then nullif(btrim(s.price, E' \t\n\r'), '')::numeric >= '0'::numeric
                            end
                        )
                        then nullif(btrim(s.price, E' \t\n\r'), '')::numeric
                    end as price,
                    case when (s.binding in ('hard', 'it''s none'))
                        then s.binding
                    end as binding,
                    case when s.years is not null then array(
                        select nullif(btrim(e.item, E' \t\n\r'), '')::integer
                        from unnest(s.years::text[]) with ordinality as e (item, place) order by e.place
                    ) end as years,
                    s._record as _record_number
                from rules_stage.book_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) <> all(_v_rejected)
                    and loader.record_id(s._source, s._record) <> all(_v_filtered)
            loop
                begin
                    select (price is null or price < 1000) is not false
                    into _v_holds
                    from (
                        select
                            _v_row.number as number,
                            _v_row.title as title,
                            _v_row.isbn as isbn,
                            _v_row.price as price,
                            _v_row.binding as binding,
                            _v_row.years as years
                    ) as r;
                    if not _v_holds then
                        insert into loader.reject (
                            load_id, source_id, chunk_id, entity, record, reason, table_name, message
                        )
                        select
                            c.load_id,
                            c.source_id,
                            c.chunk_id,
                            'book',
                            _v_row._record_number,
                            'check',
                            'book',
                            'the rule does not hold: price is null or price < 1000'
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
                            'book',
                            _v_row._record_number,
                            'check',
                            'book',
                            sqlerrm || ', so the rule cannot be evaluated: '
                            || 'price is null or price < 1000'
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
            'book',
            v._record_number,
            'check',
            'book_chapter',
            'the rule does not hold: page > 0'
        -- offset 0 keeps the condition after the casts, and these away from rejected rows.
        from (
            select r._record_number
            from (
                select
                    trim_scale(nullif(btrim(s.book_number, E' \t\n\r'), '')::numeric) as book_number,
                    s.ordinal,
                    nullif(btrim(s.page, E' \t\n\r'), '')::integer as page,
                    s._rec & ((1::bigint << 40) - 1) as _record_number
                from rules_stage.book_chapter_text as s
                where
                    s._slot = _p_slot
                    and s._rec <> all(_v_rejected)
                    and s._rec <> all(_v_filtered)
                offset 0
            ) as r
            where (page > 0) is false
        ) as v
        inner join loader.chunk as c on c.chunk_id = _p_chunk;
    exception
        when data_exception or cardinality_violation or raise_exception
            or check_violation or not_null_violation or program_limit_exceeded then
            -- The rule cannot be evaluated for every row: one by one, so that only the records with such rows are
            -- rejected.
            for _v_row in
                select
                    trim_scale(nullif(btrim(s.book_number, E' \t\n\r'), '')::numeric) as book_number,
                    s.ordinal,
                    nullif(btrim(s.page, E' \t\n\r'), '')::integer as page,
                    s._rec & ((1::bigint << 40) - 1) as _record_number
                from rules_stage.book_chapter_text as s
                where
                    s._slot = _p_slot
                    and s._rec <> all(_v_rejected)
                    and s._rec <> all(_v_filtered)
            loop
                begin
                    select (page > 0) is not false
                    into _v_holds
                    from (
                        select
                            _v_row.book_number as book_number,
                            _v_row.ordinal as ordinal,
                            _v_row.page as page
                    ) as r;
                    if not _v_holds then
                        insert into loader.reject (
                            load_id, source_id, chunk_id, entity, record, reason, table_name, message
                        )
                        select
                            c.load_id,
                            c.source_id,
                            c.chunk_id,
                            'book',
                            _v_row._record_number,
                            'check',
                            'book_chapter',
                            'the rule does not hold: page > 0'
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
                            'book',
                            _v_row._record_number,
                            'check',
                            'book_chapter',
                            sqlerrm || ', so the rule cannot be evaluated: '
                            || 'page > 0'
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
                    'number', k.number
                )
            ) as keys
            from (
                select
                    trim_scale(nullif(btrim(s.number, E' \t\n\r'), '')::numeric) as number,
                    s._record
                from rules_stage.book_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) = any(_v_rejected)
                    and not (
                        coalesce(nullif(btrim(s.number, E' \t\n\r'), '') is null, false)
                        or coalesce(not loader.is_numeric(s.number), false)
                    )
                offset 0
            ) as k
            where
                k.number is not null
        )
        update loader.reject as r set key = f.keys -> r.record::text
        from found as f
        where r.chunk_id = _p_chunk and f.keys ? r.record::text;
    end if;
    insert into rules_build.book (
        number, title, isbn, price, binding, years, _source, _record, _hash
    )
    select
        trim_scale(nullif(btrim(s.number, E' \t\n\r'), '')::numeric) as number,
        s.title,
        s.isbn,
        case when loader.is_numeric(s.price)
            and (
                case when loader.is_numeric(s.price)
                    then nullif(btrim(s.price, E' \t\n\r'), '')::numeric >= '0'::numeric
                end
            )
            then nullif(btrim(s.price, E' \t\n\r'), '')::numeric
        end as price,
        case when (s.binding in ('hard', 'it''s none'))
            then s.binding
        end as binding,
        case when s.years is not null then array(
            select nullif(btrim(e.item, E' \t\n\r'), '')::integer
            from unnest(s.years::text[]) with ordinality as e (item, place) order by e.place
        ) end as years,
        s._source,
        s._record,
        s._hash
    from rules_stage.book_text as s
    where
        s._slot = _p_slot
        and loader.record_id(s._source, s._record) <> all(_v_rejected)
        and loader.record_id(s._source, s._record) <> all(_v_filtered);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('book', _v_rows);
    insert into rules_build.book_chapter (
        book_number, ordinal, page, _rec
    )
    select
        trim_scale(nullif(btrim(s.book_number, E' \t\n\r'), '')::numeric) as book_number,
        s.ordinal,
        nullif(btrim(s.page, E' \t\n\r'), '')::integer as page,
        s._rec
    from rules_stage.book_chapter_text as s
    where
        s._slot = _p_slot
        and s._rec <> all(_v_rejected)
        and s._rec <> all(_v_filtered);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('book_chapter', _v_rows);
    update loader.chunk as c
    set nulled = c.nulled || n.counts
    from (
        select
            '{}'::jsonb
            || jsonb_strip_nulls(jsonb_build_object(
                'book.price',
                nullif(count(*) filter (where (
                    loader.is_numeric(s.price)
                    and (
                        case when loader.is_numeric(s.price)
                            then nullif(btrim(s.price, E' \t\n\r'), '')::numeric >= '0'::numeric
                        end
                    )
                ) is false), 0),
                'book.binding',
                nullif(count(*) filter (where (
                    (s.binding in ('hard', 'it''s none'))
                ) is false), 0)
            )) as counts
        from rules_stage.book_text as s
        where
            s._slot = _p_slot
            and loader.record_id(s._source, s._record) <> all(_v_rejected)
            and loader.record_id(s._source, s._record) <> all(_v_filtered)
    ) as n
    where c.chunk_id = _p_chunk and n.counts <> '{}';
    _p_filtered := cardinality(_v_filtered);
end
$$;
comment on procedure rules_stage.stage_build_book(bigint, bigint, integer, bigint, jsonb) is
'Validates the book records staged as text in a slot and casts the valid ones.';
