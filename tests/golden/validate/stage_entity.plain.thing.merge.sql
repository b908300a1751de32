-- sql/dataset/validate/stage_entity.sql, mapping 000000000000
create or replace procedure plain_stage.stage_merge_thing(
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
-- cast into plain_stage. Called by loader.stage_chunk, which has fenced the chunk.
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
        'thing',
        s._record,
        f.reason,
        'thing',
        f.column_name,
        left(f.value, 1000),
        f.message
    from plain_stage.thing_text as s
    inner join loader.chunk as c on c.chunk_id = _p_chunk
    cross join lateral (
        values
        (
            'place', s.place, 'missing_key',
            case
                when s.place is null
                    then 'the key place is missing'
            end
        ),
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
            'made', s.made, 'type',
            case
                when not loader.is_date(s.made)
                    then format('made: %L is not of type date', left(s.made, 100))
            end
        ),
        (
            'place', s.place, 'limit',
            case
                when coalesce(octet_length(s.place), 0)
                + coalesce(octet_length(s.number), 0) > 2400
                    then format(
                        'the key has %s bytes, and an index holds no more than 2400',
                        coalesce(octet_length(s.place), 0)
                        + coalesce(octet_length(s.number), 0)
                    )
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
        'thing',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'thing_part',
        f.column_name,
        left(f.value, 1000),
        f.message
    from plain_stage.thing_part_text as s
    inner join loader.chunk as c on c.chunk_id = _p_chunk
    cross join lateral (
        values
        (
            'weight', s.weight, 'type',
            case
                when not loader.is_numeric(s.weight)
                    then format('weight: %L is not of type numeric', left(s.weight, 100))
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
                    'place', k.place,
                    'number', k.number
                )
            ) as keys
            from (
                select
                    s.place,
                    nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
                    s._record
                from plain_stage.thing_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) = any(_v_rejected)
                    and not (
                        coalesce(s.place is null, false)
                        or coalesce(nullif(btrim(s.number, E' \t\n\r'), '') is null, false)
                        or coalesce(not loader.is_integer(s.number), false)
                    )
                offset 0
            ) as k
            where
                k.place is not null
                and k.number is not null
        )
        update loader.reject as r set key = f.keys -> r.record::text
        from found as f
        where r.chunk_id = _p_chunk and f.keys ? r.record::text;
    end if;
    insert into plain_stage.thing (
        _slot, place, number, name, made, _source, _record, _hash
    )
    select
        _p_slot,
        s.place,
        nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
        s.name,
        nullif(btrim(s.made, E' \t\n\r'), '')::date as made,
        s._source,
        s._record,
        s._hash
    from plain_stage.thing_text as s
    where
        s._slot = _p_slot
        and loader.record_id(s._source, s._record) <> all(_v_rejected);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('thing', _v_rows);
    insert into plain_stage.thing_part (
        _slot, thing_place, thing_number, ordinal, label, weight, _rec
    )
    select
        _p_slot,
        s.thing_place,
        nullif(btrim(s.thing_number, E' \t\n\r'), '')::integer as thing_number,
        s.ordinal,
        s.label,
        nullif(btrim(s.weight, E' \t\n\r'), '')::numeric as weight,
        s._rec
    from plain_stage.thing_part_text as s
    where
        s._slot = _p_slot
        and s._rec <> all(_v_rejected);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('thing_part', _v_rows);
    insert into plain_stage.thing_part_mark (
        _slot, thing_place, thing_number, part_ordinal, ordinal, _rec
    )
    select
        _p_slot,
        s.thing_place,
        nullif(btrim(s.thing_number, E' \t\n\r'), '')::integer as thing_number,
        s.part_ordinal,
        s.ordinal,
        s._rec
    from plain_stage.thing_part_mark_text as s
    where
        s._slot = _p_slot
        and s._rec <> all(_v_rejected);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('thing_part_mark', _v_rows);
    _p_filtered := 0;
end
$$;
comment on procedure plain_stage.stage_merge_thing(bigint, bigint, integer, bigint, jsonb) is
'Validates the thing records staged as text in a slot and casts the valid ones.';
