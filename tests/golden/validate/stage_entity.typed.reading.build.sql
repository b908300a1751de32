-- sql/dataset/validate/stage_entity.sql, mapping 000000000000
create or replace procedure typed_stage.stage_build_reading(
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
-- Validates the reading records staged as text in a slot: values that do not fit become rejects, the others are
-- cast into typed_build. Called by loader.stage_chunk, which has fenced the chunk.
#variable_conflict use_column
declare
    _v_rejected bigint[] := '{}';
    _v_rows bigint;
begin
    _p_rows := '{}';
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'reading',
        s._record,
        f.reason,
        'reading',
        f.column_name,
        left(f.value, 1000),
        f.message
    from typed_stage.reading_text as s
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
            'digest', s.digest, 'missing_key',
            case
                when nullif(btrim(s.digest, E' \t\n\r'), '') is null
                    then 'the key digest is missing'
            end
        ),
        (
            'id', s.id, 'type',
            case
                when not loader.is_uuid(s.id)
                    then format('id: %L is not of type uuid', left(s.id, 100))
            end
        ),
        (
            'digest', replace(s.digest, E'\x1A', ''), 'type',
            case
                when not (strpos(s.digest, E'\x1A') = 0)
                    then format('digest: %L is not of type bytea, written as hex', left(replace(s.digest, E'\x1A', ''), 100))
            end
        ),
        (
            'level', replace(s.level, E'\x1A', ''), 'enum',
            case
                when not (strpos(s.level, E'\x1A') = 0)
                    then format('level: %L is none of the values that map names', left(replace(s.level, E'\x1A', ''), 100))
            end
        ),
        (
            'state', replace(s.state, E'\x1A', ''), 'type',
            case
                when not (strpos(s.state, E'\x1A') = 0)
                    then format('state: %L is not of type text', left(replace(s.state, E'\x1A', ''), 100))
            end
        ),
        (
            'value', s.value, 'type',
            case
                when not loader.is_double(s.value)
                    then format('value: %L is not of type double precision', left(s.value, 100))
            end
        ),
        (
            'value', s.value, 'range',
            case
                when not (
                    case when loader.is_double(s.value)
                        then nullif(btrim(s.value, E' \t\n\r'), '')::double precision + 0 >= '0'::double precision
                    end
                )
                    then format('value: %L is below 0', left(s.value, 100))
            end
        ),
        (
            'price', replace(s.price, E'\x1A', ''), 'type',
            case
                when not (strpos(s.price, E'\x1A') = 0)
                    then format('price: %L is not of type numeric, written with '','' as decimal point and ''.'' between thousands', left(replace(s.price, E'\x1A', ''), 100))
            end
        ),
        (
            'taken', replace(s.taken, E'\x1A', ''), 'type',
            case
                when not (strpos(s.taken, E'\x1A') = 0)
                    then format('taken: %L is not of type timestamptz, written as xsd', left(replace(s.taken, E'\x1A', ''), 100))
            end
        ),
        (
            'taken', replace(s.taken, E'\x1A', ''), 'range',
            case
                when not (
                    case when strpos(s.taken, E'\x1A') = 0
                        then nullif(btrim(s.taken, E' \t\n\r'), '')::timestamptz <= '2100-01-01T00:00:00Z'::timestamptz
                    end
                )
                    then format('taken: %L is above 2100-01-01T00:00:00Z', left(replace(s.taken, E'\x1A', ''), 100))
            end
        ),
        (
            'body', s.body, 'required',
            case
                when nullif(btrim(s.body, E' \t\n\r'), '') is null
                    then 'body is required'
            end
        ),
        (
            'body', replace(s.body, E'\x1A', ''), 'type',
            case
                when not (strpos(s.body, E'\x1A') = 0)
                    then format('body: %L is not of type jsonb', left(replace(s.body, E'\x1A', ''), 100))
            end
        ),
        (
            'digest', s.digest, 'limit',
            case
                when coalesce(octet_length(s.id), 0)
                + coalesce((octet_length(s.digest) - 2) / 2, 0) > 2400
                    then format(
                        'the key has %s bytes, and an index holds no more than 2400',
                        coalesce(octet_length(s.id), 0)
                        + coalesce((octet_length(s.digest) - 2) / 2, 0)
                    )
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
    if _v_rejected <> '{}' then
        -- Rejected records with a valid key are not missing: the row with this key stays. The keys are looked up in
        -- one object, because the planner expects one row, and would compute all keys again for each reject.
        with found as materialized (
            select jsonb_object_agg(
                k._record::text,
                jsonb_build_object(
                    'id', k.id,
                    'digest', k.digest
                )
            ) as keys
            from (
                select
                    nullif(btrim(s.id, E' \t\n\r'), '')::uuid as id,
                    nullif(btrim(s.digest, E' \t\n\r'), '')::bytea as digest,
                    s._record
                from typed_stage.reading_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) = any(_v_rejected)
                    and not (
                        coalesce(nullif(btrim(s.id, E' \t\n\r'), '') is null, false)
                        or coalesce(nullif(btrim(s.digest, E' \t\n\r'), '') is null, false)
                        or coalesce(not loader.is_uuid(s.id), false)
                        or coalesce(not (strpos(s.digest, E'\x1A') = 0), false)
                    )
                offset 0
            ) as k
            where
                k.id is not null
                and k.digest is not null
        )
        update loader.reject as r set key = f.keys -> r.record::text
        from found as f
        where r.chunk_id = _p_chunk and f.keys ? r.record::text;
    end if;
    insert into typed_build.reading (
        id, digest, level, state, value, share, price, taken, body, image, _source, _record, _hash
    )
    select
        nullif(btrim(s.id, E' \t\n\r'), '')::uuid as id,
        nullif(btrim(s.digest, E' \t\n\r'), '')::bytea as digest,
        nullif(btrim(s.level, E' \t\n\r'), '')::smallint as level,
        s.state,
        nullif(btrim(s.value, E' \t\n\r'), '')::double precision + 0 as value,
        case when (
                select coalesce(bool_and(
                    loader.is_real(e.item)
                ), true) from unnest(s.share::text[]) as e (item)
            )
            then case when s.share is not null then array(
                select nullif(btrim(e.item, E' \t\n\r'), '')::real + 0::real
                from unnest(s.share::text[]) with ordinality as e (item, place) order by e.place
            ) end
        end as share,
        nullif(btrim(s.price, E' \t\n\r'), '')::numeric as price,
        nullif(btrim(s.taken, E' \t\n\r'), '')::timestamptz as taken,
        nullif(btrim(s.body, E' \t\n\r'), '')::jsonb as body,
        case when (strpos(s.image, E'\x1A') = 0)
            then nullif(btrim(s.image, E' \t\n\r'), '')::bytea
        end as image,
        s._source,
        s._record,
        s._hash
    from typed_stage.reading_text as s
    where
        s._slot = _p_slot
        and loader.record_id(s._source, s._record) <> all(_v_rejected);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('reading', _v_rows);
    update loader.chunk as c
    set nulled = c.nulled || n.counts
    from (
        select
            '{}'::jsonb
            || jsonb_strip_nulls(jsonb_build_object(
                'reading.share',
                nullif(count(*) filter (where (
                    (
                        select coalesce(bool_and(
                            loader.is_real(e.item)
                        ), true) from unnest(s.share::text[]) as e (item)
                    )
                ) is false), 0),
                'reading.image',
                nullif(count(*) filter (where (
                    (strpos(s.image, E'\x1A') = 0)
                ) is false), 0)
            )) as counts
        from typed_stage.reading_text as s
        where
            s._slot = _p_slot
            and loader.record_id(s._source, s._record) <> all(_v_rejected)
    ) as n
    where c.chunk_id = _p_chunk and n.counts <> '{}';
    _p_filtered := 0;
end
$$;
comment on procedure typed_stage.stage_build_reading(bigint, bigint, integer, bigint, jsonb) is
'Validates the reading records staged as text in a slot and casts the valid ones.';
