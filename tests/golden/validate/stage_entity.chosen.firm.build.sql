-- sql/dataset/validate/stage_entity.sql, mapping 000000000000
create or replace procedure chosen_stage.stage_build_firm(
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
-- Validates the firm records staged as text in a slot: values that do not fit become rejects, the others are
-- cast into chosen_build. Called by loader.stage_chunk, which has fenced the chunk.
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
        'firm',
        s._record,
        f.reason,
        'firm',
        f.column_name,
        left(f.value, 1000),
        f.message
    from chosen_stage.firm_text as s
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
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'firm',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'firm_contact',
        f.column_name,
        left(f.value, 1000),
        f.message
    from chosen_stage.firm_contact_text as s
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
            count((100 / number)::integer)
        from (
            select
                nullif(btrim(s.firm_id, E' \t\n\r'), '')::integer as firm_id,
                s.ordinal,
                s.role,
                s.name,
                nullif(btrim(s.number, E' \t\n\r'), '')::integer as number
            from chosen_stage.firm_contact_text as s
            where
                s._slot = _p_slot
                and s._rec <> all(_v_rejected)
            offset 0
        ) as r;
    exception
        when data_exception or cardinality_violation or raise_exception
                or check_violation or not_null_violation or program_limit_exceeded then
            -- An expression cannot be computed for every row: one by one, so that only the records with such rows are
            -- rejected.
            for _v_row in
                select
                    nullif(btrim(s.firm_id, E' \t\n\r'), '')::integer as firm_id,
                    s.ordinal,
                    s.role,
                    s.name,
                    nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
                    s._rec & ((1::bigint << 40) - 1) as _record_number
                from chosen_stage.firm_contact_text as s
                where
                    s._slot = _p_slot
                    and s._rec <> all(_v_rejected)
            loop
                begin
                    select ((100 / number)::integer) is null
                    into _v_holds
                    from (
                        select
                            _v_row.firm_id as firm_id,
                            _v_row.ordinal as ordinal,
                            _v_row.role as role,
                            _v_row.name as name,
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
                            'firm',
                            _v_row._record_number,
                            'expression',
                            'firm_contact',
                            'rank',
                            'rank: ' || sqlerrm
                            || ', so it cannot be computed: 100 / number'
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
        delete from chosen_stage.firm_contact_text as s
        using (
            select
                r._rec,
                r.ordinal
            from (
                select
                    nullif(btrim(s.firm_id, E' \t\n\r'), '')::integer as firm_id,
                    s.ordinal,
                    s.role,
                    s.name,
                    nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
                    s._rec
                from chosen_stage.firm_contact_text as s
                where
                    s._slot = _p_slot
                    and s._rec <> all(_v_rejected)
                offset 0
            ) as r
            cross join lateral (
                select
                    (100 / number)::integer as rank
            ) as e
            where (role in ('PR', 'CO') and rank < 10) is not true
        ) as o
        where
            s._slot = _p_slot
            and s._rec = o._rec
            and s.ordinal = o.ordinal;
        get diagnostics _v_rows = row_count;
    exception
        when data_exception or cardinality_violation or raise_exception
                or check_violation or not_null_violation or program_limit_exceeded then
            -- The condition cannot be evaluated for every row: one by one, so that only the records with such rows are
            -- rejected.
            _v_rows := 0;
            for _v_row in
                select
                    nullif(btrim(s.firm_id, E' \t\n\r'), '')::integer as firm_id,
                    s.ordinal,
                    s.role,
                    s.name,
                    nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
                    s._rec,
                    s._rec & ((1::bigint << 40) - 1) as _record_number
                from chosen_stage.firm_contact_text as s
                where
                    s._slot = _p_slot
                    and s._rec <> all(_v_rejected)
            loop
                begin
                    select (role in ('PR', 'CO') and rank < 10) is true
                    into _v_holds
                    from (
                        select
                            _v_row.firm_id as firm_id,
                            _v_row.ordinal as ordinal,
                            _v_row.role as role,
                            _v_row.name as name,
                            _v_row.number as number
                    ) as r
                    cross join lateral (
                        select
                            (100 / number)::integer as rank
                    ) as e;
                    if not _v_holds then
                        delete from chosen_stage.firm_contact_text as s
                        where
                            s._slot = _p_slot
                            and s._rec = _v_row._rec
                            and s.ordinal = _v_row.ordinal;
                        _v_rows := _v_rows + 1;
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
                            'firm',
                            _v_row._record_number,
                            'check',
                            'firm_contact',
                            sqlerrm || ', so where cannot be evaluated: '
                            || 'role in (''PR'', ''CO'') and rank < 10'
                        from loader.chunk as c
                        where c.chunk_id = _p_chunk;
                end;
            end loop;
    end;
    update loader.chunk as c set nulled = c.nulled || jsonb_build_object('firm_contact', _v_rows)
    where c.chunk_id = _p_chunk and _v_rows > 0;
    begin
        delete from chosen_stage.firm_contact_text as s
        using (
            select
                r._rec,
                r.ordinal,
                row_number() over (
                    partition by r._rec
                    order by
                        (role = 'PR') desc nulls last, (rank) asc nulls last, (name) asc nulls last,
                        r.ordinal
                ) as _nth
            from (
                select
                    d.firm_id,
                    d.ordinal,
                    d.role collate "C" as role,
                    d.name collate "C" as name,
                    d.number,
                    d._rec
                from (
                    select
                        nullif(btrim(s.firm_id, E' \t\n\r'), '')::integer as firm_id,
                        s.ordinal,
                        s.role,
                        s.name,
                        nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
                        s._rec
                    from chosen_stage.firm_contact_text as s
                    where
                        s._slot = _p_slot
                        and s._rec <> all(_v_rejected)
                    offset 0
                ) as d
            ) as r
            cross join lateral (  -- noqa: ST05
                select
                    (100 / number)::integer as rank
            ) as e
        ) as o
        where
            s._slot = _p_slot
            and s._rec = o._rec
            and s.ordinal = o.ordinal
            and o._nth > 1;
    exception
        when data_exception or cardinality_violation or raise_exception
                or check_violation or not_null_violation or program_limit_exceeded then
            -- The order cannot be computed for every row: one by one, so that only the records with such rows are
            -- rejected.
            for _v_row in
                select
                    nullif(btrim(s.firm_id, E' \t\n\r'), '')::integer as firm_id,
                    s.ordinal,
                    s.role,
                    s.name,
                    nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
                    s._rec & ((1::bigint << 40) - 1) as _record_number
                from chosen_stage.firm_contact_text as s
                where
                    s._slot = _p_slot
                    and s._rec <> all(_v_rejected)
            loop
                begin
                    select row_number() over (
                        order by (role = 'PR') desc nulls last, (rank) asc nulls last, (name) asc nulls last
                    ) > 0
                    into _v_holds
                    from (
                        select
                            _v_row.firm_id as firm_id,
                            _v_row.ordinal as ordinal,
                            _v_row.role as role,
                            _v_row.name as name,
                            _v_row.number as number
                    ) as r
                    cross join lateral (
                        select
                            (100 / number)::integer as rank
                    ) as e;
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
                            'firm',
                            _v_row._record_number,
                            'check',
                            'firm_contact',
                            sqlerrm || ', so first_by cannot be evaluated'
                        from loader.chunk as c
                        where c.chunk_id = _p_chunk;
                end;
            end loop;
            select coalesce(array_agg(distinct loader.record_id(r.source_id, r.record)), '{}')
            into _v_rejected
            from loader.reject as r
            where r.chunk_id = _p_chunk;
            delete from chosen_stage.firm_contact_text as s
            using (
                select
                    r._rec,
                    r.ordinal,
                    row_number() over (
                        partition by r._rec
                        order by
                            (role = 'PR') desc nulls last, (rank) asc nulls last, (name) asc nulls last,
                            r.ordinal
                    ) as _nth
                from (
                    select
                        d.firm_id,
                        d.ordinal,
                        d.role collate "C" as role,
                        d.name collate "C" as name,
                        d.number,
                        d._rec
                    from (
                        select
                            nullif(btrim(s.firm_id, E' \t\n\r'), '')::integer as firm_id,
                            s.ordinal,
                            s.role,
                            s.name,
                            nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
                            s._rec
                        from chosen_stage.firm_contact_text as s
                        where
                            s._slot = _p_slot
                            and s._rec <> all(_v_rejected)
                        offset 0
                    ) as d
                ) as r
                cross join lateral (  -- noqa: ST05
                    select
                        (100 / number)::integer as rank
                ) as e
            ) as o
            where
                s._slot = _p_slot
                and s._rec = o._rec
                and s.ordinal = o.ordinal
                and o._nth > 1;
    end;
    select coalesce(array_agg(distinct loader.record_id(r.source_id, r.record)), '{}')
    into _v_rejected
    from loader.reject as r
    where r.chunk_id = _p_chunk;
    delete from chosen_stage.firm_phone_text as s
    where
        s._slot = _p_slot
        and s._rec <> all(_v_rejected)
        and not exists (
            select 1 from chosen_stage.firm_contact_text as p
            where
                p._slot = _p_slot
                and p._rec = s._rec
                and p.ordinal = s.contact_ordinal
        );
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'firm',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'firm_contact',
        f.column_name,
        left(f.value, 1000),
        f.message
    from chosen_stage.firm_contact_text as s
    inner join loader.chunk as c on c.chunk_id = _p_chunk
    cross join lateral (
        values
        (
            'role', s.role, 'required',
            case
                when s.role is null
                    then 'role is required'
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
            count((100 / number)::integer)
        from (
            select
                nullif(btrim(s.firm_id, E' \t\n\r'), '')::integer as firm_id,
                s.ordinal,
                s.role,
                s.name,
                nullif(btrim(s.number, E' \t\n\r'), '')::integer as number
            from chosen_stage.firm_contact_text as s
            where
                s._slot = _p_slot
                and s._rec <> all(_v_rejected)
            offset 0
        ) as r;
    exception
        when data_exception or cardinality_violation or raise_exception
                or check_violation or not_null_violation or program_limit_exceeded then
            -- An expression cannot be computed for every row: one by one, so that only the records with such rows are
            -- rejected.
            for _v_row in
                select
                    nullif(btrim(s.firm_id, E' \t\n\r'), '')::integer as firm_id,
                    s.ordinal,
                    s.role,
                    s.name,
                    nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
                    s._rec & ((1::bigint << 40) - 1) as _record_number
                from chosen_stage.firm_contact_text as s
                where
                    s._slot = _p_slot
                    and s._rec <> all(_v_rejected)
            loop
                begin
                    select ((100 / number)::integer) is null
                    into _v_holds
                    from (
                        select
                            _v_row.firm_id as firm_id,
                            _v_row.ordinal as ordinal,
                            _v_row.role as role,
                            _v_row.name as name,
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
                            'firm',
                            _v_row._record_number,
                            'expression',
                            'firm_contact',
                            'rank',
                            'rank: ' || sqlerrm
                            || ', so it cannot be computed: 100 / number'
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
                from chosen_stage.firm_text as s
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
    insert into chosen_build.firm (
        id, name, _source, _record, _hash
    )
    select
        nullif(btrim(s.id, E' \t\n\r'), '')::integer as id,
        s.name,
        s._source,
        s._record,
        s._hash
    from chosen_stage.firm_text as s
    where
        s._slot = _p_slot
        and loader.record_id(s._source, s._record) <> all(_v_rejected);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('firm', _v_rows);
    insert into chosen_build.firm_contact (
        firm_id, ordinal, role, name, number, _rec
    )
    select
        nullif(btrim(s.firm_id, E' \t\n\r'), '')::integer as firm_id,
        s.ordinal,
        s.role,
        s.name,
        nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
        s._rec
    from chosen_stage.firm_contact_text as s
    where
        s._slot = _p_slot
        and s._rec <> all(_v_rejected);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('firm_contact', _v_rows);
    insert into chosen_build.firm_phone (
        firm_id, contact_ordinal, ordinal, number, _rec
    )
    select
        nullif(btrim(s.firm_id, E' \t\n\r'), '')::integer as firm_id,
        s.contact_ordinal,
        s.ordinal,
        s.number,
        s._rec
    from chosen_stage.firm_phone_text as s
    where
        s._slot = _p_slot
        and s._rec <> all(_v_rejected);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('firm_phone', _v_rows);
    _p_filtered := 0;
end
$$;
comment on procedure chosen_stage.stage_build_firm(bigint, bigint, integer, bigint, jsonb) is
'Validates the firm records staged as text in a slot and casts the valid ones.';
