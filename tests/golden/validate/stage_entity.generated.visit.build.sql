-- sql/dataset/validate/stage_entity.sql, mapping 000000000000
create or replace procedure generated_stage.stage_build_visit(
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
-- cast into generated_build. Called by loader.stage_chunk, which has fenced the chunk.
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
        'visit',
        s._record,
        f.reason,
        'visit',
        f.column_name,
        left(f.value, 1000),
        f.message
    from generated_stage.visit_text as s
    inner join loader.chunk as c on c.chunk_id = _p_chunk
    cross join lateral (
        values
        (
            'record_id', s.record_id, 'missing_key',
            case
                when nullif(btrim(s.record_id, E' \t\n\r'), '') is null
                    then 'the key record_id is missing'
            end
        ),
        (
            'record_id', s.record_id, 'required',
            case
                when nullif(btrim(s.record_id, E' \t\n\r'), '') is null
                    then 'record_id is required'
            end
        ),
        (
            'record_id', s.record_id, 'type',
            case
                when not loader.is_bigint(s.record_id)
                    then format('record_id: %L is not of type bigint', left(s.record_id, 100))
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
                    'record_id', k.record_id
                )
            ) as keys
            from (
                select
                    nullif(btrim(s.record_id, E' \t\n\r'), '')::bigint as record_id,
                    s._record
                from generated_stage.visit_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) = any(_v_rejected)
                    and not (
                        coalesce(nullif(btrim(s.record_id, E' \t\n\r'), '') is null, false)
                        or coalesce(nullif(btrim(s.record_id, E' \t\n\r'), '') is null, false)
                        or coalesce(not loader.is_bigint(s.record_id), false)
                    )
                offset 0
            ) as k
            where
                k.record_id is not null
        )
        update loader.reject as r set key = f.keys -> r.record::text
        from found as f
        where r.chunk_id = _p_chunk and f.keys ? r.record::text;
    end if;
    insert into generated_build.visit (
        record_id, who, _source, _record, _hash
    )
    select
        nullif(btrim(s.record_id, E' \t\n\r'), '')::bigint as record_id,
        s.who,
        s._source,
        s._record,
        s._hash
    from generated_stage.visit_text as s
    where
        s._slot = _p_slot
        and loader.record_id(s._source, s._record) <> all(_v_rejected);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('visit', _v_rows);
    _p_filtered := 0;
end
$$;
comment on procedure generated_stage.stage_build_visit(bigint, bigint, integer, bigint, jsonb) is
'Validates the visit records staged as text in a slot and casts the valid ones.';
