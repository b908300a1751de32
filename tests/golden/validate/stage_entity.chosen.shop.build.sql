-- sql/dataset/validate/stage_entity.sql, mapping 000000000000
create or replace procedure chosen_stage.stage_build_shop(
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
-- Validates the shop records staged as text in a slot: values that do not fit become rejects, the others are
-- cast into chosen_build. Called by loader.stage_chunk, which has fenced the chunk.
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
        'shop',
        s._record,
        f.reason,
        'shop',
        f.column_name,
        left(f.value, 1000),
        f.message
    from chosen_stage.shop_text as s
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
        'shop',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'shop_door',
        f.column_name,
        left(f.value, 1000),
        f.message
    from chosen_stage.shop_door_text as s
    inner join loader.chunk as c on c.chunk_id = _p_chunk
    cross join lateral (
        values
        (
            'width', s.width, 'type',
            case
                when not loader.is_integer(s.width)
                    then format('width: %L is not of type integer', left(s.width, 100))
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
                loader.record_id(s._source, s._record) as _rec_id
            from chosen_stage.shop_text as s
            where
                s._slot = _p_slot
                and loader.record_id(s._source, s._record) <> all(_v_rejected)
            offset 0
        ) as r
        where (id > 0) is not true;
    exception
        when data_exception or cardinality_violation or raise_exception
            or check_violation or not_null_violation or program_limit_exceeded then
            -- The condition cannot be evaluated for every record: one by one, so that only such records are
            -- rejected.
            _v_filtered := '{}';
            for _v_row in
                select
                    nullif(btrim(s.id, E' \t\n\r'), '')::integer as id,
                    s._record as _record_number,
                    loader.record_id(s._source, s._record) as _rec_id
                from chosen_stage.shop_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) <> all(_v_rejected)
            loop
                begin
                    select (id > 0) is true
                    into _v_holds
                    from (
                        select
                            _v_row.id as id
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
                            'shop',
                            _v_row._record_number,
                            'check',
                            'shop',
                            sqlerrm || ', so where cannot be evaluated: '
                            || 'id > 0'
                        from loader.chunk as c
                        where c.chunk_id = _p_chunk;
                end;
            end loop;
    end;

    begin
        delete from chosen_stage.shop_sign_text as s
        using (
            select
                r._rec,
                r.ordinal
            from (
                select
                    nullif(btrim(s.shop_id, E' \t\n\r'), '')::integer as shop_id,
                    s.ordinal,
                    s.text,
                    s._rec
                from chosen_stage.shop_sign_text as s
                where
                    s._slot = _p_slot
                    and s._rec <> all(_v_rejected)
                    and s._rec <> all(_v_filtered)
                offset 0
            ) as r
            where (text <> '') is not true
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
                    nullif(btrim(s.shop_id, E' \t\n\r'), '')::integer as shop_id,
                    s.ordinal,
                    s.text,
                    s._rec,
                    s._rec & ((1::bigint << 40) - 1) as _record_number
                from chosen_stage.shop_sign_text as s
                where
                    s._slot = _p_slot
                    and s._rec <> all(_v_rejected)
                    and s._rec <> all(_v_filtered)
            loop
                begin
                    select (text <> '') is true
                    into _v_holds
                    from (
                        select
                            _v_row.shop_id as shop_id,
                            _v_row.ordinal as ordinal,
                            _v_row.text as text
                    ) as r;
                    if not _v_holds then
                        delete from chosen_stage.shop_sign_text as s
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
                            'shop',
                            _v_row._record_number,
                            'check',
                            'shop_sign',
                            sqlerrm || ', so where cannot be evaluated: '
                            || 'text <> '''''
                        from loader.chunk as c
                        where c.chunk_id = _p_chunk;
                end;
            end loop;
    end;
    update loader.chunk as c set nulled = c.nulled || jsonb_build_object('shop_sign', _v_rows)
    where c.chunk_id = _p_chunk and _v_rows > 0;
    select coalesce(array_agg(distinct loader.record_id(r.source_id, r.record)), '{}')
    into _v_rejected
    from loader.reject as r
    where r.chunk_id = _p_chunk;

    begin
        delete from chosen_stage.shop_door_text as s
        using (
            select
                r._rec,
                r.ordinal,
                row_number() over (
                    partition by r._rec
                    order by
                        (width) desc nulls last,
                        r.ordinal
                ) as _nth
            from (
                select
                    d.shop_id,
                    d.ordinal,
                    d.width,
                    d._rec
                from (
                    select
                        nullif(btrim(s.shop_id, E' \t\n\r'), '')::integer as shop_id,
                        s.ordinal,
                        nullif(btrim(s.width, E' \t\n\r'), '')::integer as width,
                        s._rec
                    from chosen_stage.shop_door_text as s
                    where
                        s._slot = _p_slot
                        and s._rec <> all(_v_rejected)
                        and s._rec <> all(_v_filtered)
                    offset 0
                ) as d
            ) as r
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
                    nullif(btrim(s.shop_id, E' \t\n\r'), '')::integer as shop_id,
                    s.ordinal,
                    nullif(btrim(s.width, E' \t\n\r'), '')::integer as width,
                    s._rec & ((1::bigint << 40) - 1) as _record_number
                from chosen_stage.shop_door_text as s
                where
                    s._slot = _p_slot
                    and s._rec <> all(_v_rejected)
                    and s._rec <> all(_v_filtered)
            loop
                begin
                    select row_number() over (
                        order by (width) desc nulls last
                    ) > 0
                    into _v_holds
                    from (
                        select
                            _v_row.shop_id as shop_id,
                            _v_row.ordinal as ordinal,
                            _v_row.width as width
                    ) as r;
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
                            'shop',
                            _v_row._record_number,
                            'check',
                            'shop_door',
                            sqlerrm || ', so first_by cannot be evaluated'
                        from loader.chunk as c
                        where c.chunk_id = _p_chunk;
                end;
            end loop;
            select coalesce(array_agg(distinct loader.record_id(r.source_id, r.record)), '{}')
            into _v_rejected
            from loader.reject as r
            where r.chunk_id = _p_chunk;
            delete from chosen_stage.shop_door_text as s
            using (
                select
                    r._rec,
                    r.ordinal,
                    row_number() over (
                        partition by r._rec
                        order by
                            (width) desc nulls last,
                            r.ordinal
                    ) as _nth
                from (
                    select
                        d.shop_id,
                        d.ordinal,
                        d.width,
                        d._rec
                    from (
                        select
                            nullif(btrim(s.shop_id, E' \t\n\r'), '')::integer as shop_id,
                            s.ordinal,
                            nullif(btrim(s.width, E' \t\n\r'), '')::integer as width,
                            s._rec
                        from chosen_stage.shop_door_text as s
                        where
                            s._slot = _p_slot
                            and s._rec <> all(_v_rejected)
                            and s._rec <> all(_v_filtered)
                        offset 0
                    ) as d
                ) as r
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
    delete from chosen_stage.shop_door_bell_text as s
    where
        s._slot = _p_slot
        and s._rec <> all(_v_rejected)
        and s._rec <> all(_v_filtered)
        and not exists (
            select 1 from chosen_stage.shop_door_text as p
            where
                p._slot = _p_slot
                and p._rec = s._rec
                and p.ordinal = s.door_ordinal
        );
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
                from chosen_stage.shop_text as s
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
    insert into chosen_build.shop (
        id, _source, _record, _hash
    )
    select
        nullif(btrim(s.id, E' \t\n\r'), '')::integer as id,
        s._source,
        s._record,
        s._hash
    from chosen_stage.shop_text as s
    where
        s._slot = _p_slot
        and loader.record_id(s._source, s._record) <> all(_v_rejected)
        and loader.record_id(s._source, s._record) <> all(_v_filtered);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('shop', _v_rows);
    insert into chosen_build.shop_sign (
        shop_id, ordinal, text, _rec
    )
    select
        nullif(btrim(s.shop_id, E' \t\n\r'), '')::integer as shop_id,
        s.ordinal,
        s.text,
        s._rec
    from chosen_stage.shop_sign_text as s
    where
        s._slot = _p_slot
        and s._rec <> all(_v_rejected)
        and s._rec <> all(_v_filtered);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('shop_sign', _v_rows);
    insert into chosen_build.shop_door (
        shop_id, ordinal, width, _rec
    )
    select
        nullif(btrim(s.shop_id, E' \t\n\r'), '')::integer as shop_id,
        s.ordinal,
        nullif(btrim(s.width, E' \t\n\r'), '')::integer as width,
        s._rec
    from chosen_stage.shop_door_text as s
    where
        s._slot = _p_slot
        and s._rec <> all(_v_rejected)
        and s._rec <> all(_v_filtered);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('shop_door', _v_rows);
    insert into chosen_build.shop_door_bell (
        shop_id, door_ordinal, ordinal, text, _rec
    )
    select
        nullif(btrim(s.shop_id, E' \t\n\r'), '')::integer as shop_id,
        s.door_ordinal,
        s.ordinal,
        s.text,
        s._rec
    from chosen_stage.shop_door_bell_text as s
    where
        s._slot = _p_slot
        and s._rec <> all(_v_rejected)
        and s._rec <> all(_v_filtered);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('shop_door_bell', _v_rows);
    _p_filtered := cardinality(_v_filtered);
end
$$;
comment on procedure chosen_stage.stage_build_shop(bigint, bigint, integer, bigint, jsonb) is
'Validates the shop records staged as text in a slot and casts the valid ones.';
