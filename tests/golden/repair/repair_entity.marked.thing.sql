-- sql/dataset/repair/repair_entity.sql, mapping 000000000000
create or replace procedure marked_stage.repair_thing(
    _p_load bigint, inout _p_found jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- For a repair: compares the rows of each thing whose hash is that of its record with the record, and has
-- those that differ written again. Rows that have a source of the load, but are not in its files, are deleted.
-- _p_found: {table: {missing, differing, surplus}}, to which this adds. Called by loader.apply_load and
-- loader.check_repair, after decide_thing. Writes thing_decision, thing_touched.
#variable_conflict use_column
declare
    _v_missing bigint;
    _v_differing bigint := 0;
    _v_surplus bigint := 0;
    _v_rows bigint;
begin
    select count(*) into _v_missing
    from marked_stage.thing_decision as v
    where v._outcome = 'i';
    -- A row of exactly the same file cannot have another hash.
    update marked_stage.thing_decision as v
    set _outcome = 'u'
    where v._outcome = 'd' and v._version = 1 and v._place = v._old_rank and v._old_hash <> v._hash;
    get diagnostics _v_differing = row_count;
    -- Rows whose key this load has not read, not even in a record that it rejected.
    insert into marked_stage.thing_decision (
        number, _old_source, _old_record, _old_hash, _outcome
    )
    select
        t.number,
        t._source,
        t._record,
        t._hash,
        'g'
    from marked.thing as t
    where
        not exists (
            select 1 from marked_stage.thing_decision as v
            where v.number = t.number
        )
        and (t.number) not in (
            select r.number
            from marked_stage.rejected_thing(array[_p_load]) as r
        )
        and t._gone_since is null
        and t._source in (
            select o.source_id
            from loader.source as s
            inner join loader.source as o on o.dataset = s.dataset and o.name = s.name and o.sha256 = s.sha256
            where s.load_id = _p_load and s.state = 'planned' and 'thing' = any(s.entities)
        );
    get diagnostics _v_surplus = row_count;
    -- A mark for which no newer dump accounts. These rows are already decided to be written.
    select count(*) into _v_rows
    from marked_stage.thing_decision as v
    where v._outcome = 'u' and v._was_marked and v._old_hash = v._hash;
    _v_differing := _v_differing + _v_rows;
    insert into marked_stage.thing_touched (number, _table)
    select
        v.number,
        0
    from marked_stage.thing_decision as v
    inner join marked_build.thing as b on loader.record_id(b._source, b._record) = v._rec
    inner join marked.thing as t on t.number = v.number
    where
        v._outcome = 'n'
        and (t.name)
        is distinct from
        (b.name);
    get diagnostics _v_rows = row_count;
    _v_differing := _v_differing + _v_rows;
    _p_found := _p_found || jsonb_build_object('thing', jsonb_build_object(
        'missing', _v_missing, 'differing', _v_differing, 'surplus', _v_surplus
    ));
    with damaged as (
        select
            v.number,
            case when t.thing_number is null then 'missing' else 'differing' end as kind
        from marked_build.thing_part as b
        inner join marked_stage.thing_decision as v on v._rec = b._rec
        left join marked.thing_part as t
            on t.thing_number = b.thing_number
            and t.ordinal = b.ordinal
        where
            v._outcome = 'n'
            and (
                t.thing_number is null
                or (t.label)
                is distinct from
                (b.label)
            )
        union all
        select
            v.number,
            'surplus' as kind
        from marked.thing_part as t
        inner join marked_stage.thing_decision as v on t.thing_number = v.number
        where
            v._outcome = 'n'
            and not exists (
                select 1 from marked_build.thing_part as b
                where
                    b._rec = v._rec
                    and b.thing_number = t.thing_number
                    and b.ordinal = t.ordinal
            )
            and not loader.is_referenced('marked.thing_part'::regclass, t.ctid)
    ), noted as (
        insert into marked_stage.thing_touched (number, _table)
        select distinct
            d.number,
            1
        from damaged as d
    )
    select
        count(*) filter (where d.kind = 'missing'),
        count(*) filter (where d.kind = 'differing'),
        count(*) filter (where d.kind = 'surplus')
    into _v_missing, _v_differing, _v_surplus
    from damaged as d;
    _p_found := _p_found || jsonb_build_object('thing_part', jsonb_build_object(
        'missing', _v_missing, 'differing', _v_differing, 'surplus', _v_surplus
    ));
    update marked_stage.thing_decision as v
    set _outcome = 'u'
    from marked_stage.thing_touched as d
    where v._outcome = 'n' and d.number = v.number;
    truncate marked_stage.thing_touched;
end
$$;
comment on procedure marked_stage.repair_thing(bigint, jsonb) is
'For a repair: has rows of thing and its children written again that differ from their record.';
