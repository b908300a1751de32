-- sql/dataset/validate/stage_entity.sql, mapping 000000000000
create or replace procedure rules_stage.stage_build_visit(
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
-- Validates the visit records staged as text in a slot: values that do not fit become rejects, the others are
-- cast into rules_build. Called by loader.stage_chunk, which has fenced the chunk.
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
        'visit',
        s._record,
        f.reason,
        'visit',
        f.column_name,
        left(f.value, 1000),
        f.message
    from rules_stage.visit_text as s
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
                when not loader.is_integer(s.number)
                    then format('number: %L is not of type integer', left(s.number, 100))
            end
        ),
        (
            'book_number', s.book_number, 'type',
            case
                when not loader.is_numeric(s.book_number)
                    then format('book_number: %L is not of type numeric', left(s.book_number, 100))
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
        insert into loader.reject (
            load_id, source_id, chunk_id, entity, record, reason, table_name, message
        )
        select
            c.load_id,
            c.source_id,
            c.chunk_id,
            'visit',
            v._record_number,
            'check',
            'visit',
            'the rule does not hold: stars > 0'
        -- offset 0 keeps the condition after the casts, and these away from rejected rows.
        from (
            select r._record_number
            from (
                select
                    nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
                    nullif(btrim(s.book_number, E' \t\n\r'), '')::numeric as book_number,
                    case when loader.is_integer(s.stars)
                        then nullif(btrim(s.stars, E' \t\n\r'), '')::integer
                    end as stars,
                    s._record as _record_number
                from rules_stage.visit_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) <> all(_v_rejected)
                offset 0
            ) as r
            where (stars > 0) is false
        ) as v
        inner join loader.chunk as c on c.chunk_id = _p_chunk;
    exception
        when data_exception or cardinality_violation or raise_exception
            or check_violation or not_null_violation or program_limit_exceeded then
            -- The rule cannot be evaluated for every row: one by one, so that only the records with such rows are
            -- rejected.
            for _v_row in
                select
                    nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
                    nullif(btrim(s.book_number, E' \t\n\r'), '')::numeric as book_number,
                    case when loader.is_integer(s.stars)
                        then nullif(btrim(s.stars, E' \t\n\r'), '')::integer
                    end as stars,
                    s._record as _record_number
                from rules_stage.visit_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) <> all(_v_rejected)
            loop
                begin
                    select (stars > 0) is not false
                    into _v_holds
                    from (
                        select
                            _v_row.number as number,
                            _v_row.book_number as book_number,
                            _v_row.stars as stars
                    ) as r;
                    if not _v_holds then
                        insert into loader.reject (
                            load_id, source_id, chunk_id, entity, record, reason, table_name, message
                        )
                        select
                            c.load_id,
                            c.source_id,
                            c.chunk_id,
                            'visit',
                            _v_row._record_number,
                            'check',
                            'visit',
                            'the rule does not hold: stars > 0'
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
                            'visit',
                            _v_row._record_number,
                            'check',
                            'visit',
                            sqlerrm || ', so the rule cannot be evaluated: '
                            || 'stars > 0'
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
                    nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
                    s._record
                from rules_stage.visit_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) = any(_v_rejected)
                    and not (
                        coalesce(nullif(btrim(s.number, E' \t\n\r'), '') is null, false)
                        or coalesce(not loader.is_integer(s.number), false)
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
    insert into rules_build.visit (
        number, book_number, stars, _source, _record, _hash
    )
    select
        nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
        nullif(btrim(s.book_number, E' \t\n\r'), '')::numeric as book_number,
        case when loader.is_integer(s.stars)
            then nullif(btrim(s.stars, E' \t\n\r'), '')::integer
        end as stars,
        s._source,
        s._record,
        s._hash
    from rules_stage.visit_text as s
    where
        s._slot = _p_slot
        and loader.record_id(s._source, s._record) <> all(_v_rejected);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('visit', _v_rows);
    update loader.chunk as c
    set nulled = c.nulled || n.counts
    from (
        select
            '{}'::jsonb
            || jsonb_strip_nulls(jsonb_build_object(
                'visit.stars',
                nullif(count(*) filter (where (
                    loader.is_integer(s.stars)
                ) is false), 0)
            )) as counts
        from rules_stage.visit_text as s
        where
            s._slot = _p_slot
            and loader.record_id(s._source, s._record) <> all(_v_rejected)
    ) as n
    where c.chunk_id = _p_chunk and n.counts <> '{}';
    _p_filtered := 0;
end
$$;
comment on procedure rules_stage.stage_build_visit(bigint, bigint, integer, bigint, jsonb) is
'Validates the visit records staged as text in a slot and casts the valid ones.';
