-- sql/dataset/repair/repair_entity.sql, mapping 000000000000
create or replace procedure plain_stage.repair_thing(
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
    from plain_stage.thing_decision as v
    where v._outcome = 'i';
    -- A row of exactly the same file cannot have another hash.
    update plain_stage.thing_decision as v
    set _outcome = 'u'
    where v._outcome = 'd' and v._version = 1 and v._place = v._old_rank and v._old_hash <> v._hash;
    get diagnostics _v_differing = row_count;
    -- Rows whose key this load has not read, not even in a record that it rejected.
    insert into plain_stage.thing_decision (
        place, number, _old_source, _old_record, _old_hash, _outcome
    )
    select
        t.place, t.number,
        t._source,
        t._record,
        t._hash,
        'g'
    from plain.thing as t
    where
        not exists (
            select 1 from plain_stage.thing_decision as v
            where v.place = t.place and v.number = t.number
        )
        and (t.place, t.number) not in (
            select r.place, r.number
            from plain_stage.rejected_thing(array[_p_load]) as r
        )
        and t._source in (
            select o.source_id
            from loader.source as s
            inner join loader.source as o on o.dataset = s.dataset and o.name = s.name and o.sha256 = s.sha256
            where s.load_id = _p_load and s.state = 'planned' and 'thing' = any(s.entities)
        );
    get diagnostics _v_surplus = row_count;
    insert into plain_stage.thing_touched (place, number, _table)
    select
        v.place, v.number,
        0
    from plain_stage.thing_decision as v
    inner join plain_build.thing as b on loader.record_id(b._source, b._record) = v._rec
    inner join plain.thing as t on t.place = v.place and t.number = v.number
    where
        v._outcome = 'n'
        and (t.name, t.made)
        is distinct from
        (b.name, b.made);
    get diagnostics _v_rows = row_count;
    _v_differing := _v_differing + _v_rows;
    _p_found := _p_found || jsonb_build_object('thing', jsonb_build_object(
        'missing', _v_missing, 'differing', _v_differing, 'surplus', _v_surplus
    ));
    with damaged as (
        select
            v.place, v.number,
            case when t.thing_place is null then 'missing' else 'differing' end as kind
        from plain_build.thing_part as b
        inner join plain_stage.thing_decision as v on v._rec = b._rec
        left join plain.thing_part as t
            on t.thing_place = b.thing_place
            and t.thing_number = b.thing_number
            and t.ordinal = b.ordinal
        where
            v._outcome = 'n'
            and (
                t.thing_place is null
                or (t.label, t.weight::text)
                is distinct from
                (b.label, b.weight::text)
            )
        union all
        select
            v.place, v.number,
            'surplus' as kind
        from plain.thing_part as t
        inner join plain_stage.thing_decision as v on t.thing_place = v.place and t.thing_number = v.number
        where
            v._outcome = 'n'
            and not exists (
                select 1 from plain_build.thing_part as b
                where
                    b._rec = v._rec
                    and b.thing_place = t.thing_place
                    and b.thing_number = t.thing_number
                    and b.ordinal = t.ordinal
            )
            and not loader.is_referenced('plain.thing_part'::regclass, t.ctid)
    ), noted as (
        insert into plain_stage.thing_touched (place, number, _table)
        select distinct
            d.place, d.number,
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
    with damaged as (
        select
            v.place, v.number,
            case when t.thing_place is null then 'missing' else 'differing' end as kind
        from plain_build.thing_part_mark as b
        inner join plain_stage.thing_decision as v on v._rec = b._rec
        left join plain.thing_part_mark as t
            on t.thing_place = b.thing_place
            and t.thing_number = b.thing_number
            and t.part_ordinal = b.part_ordinal
            and t.ordinal = b.ordinal
        where
            v._outcome = 'n'
            and (
                t.thing_place is null
            )
        union all
        select
            v.place, v.number,
            'surplus' as kind
        from plain.thing_part_mark as t
        inner join plain_stage.thing_decision as v on t.thing_place = v.place and t.thing_number = v.number
        where
            v._outcome = 'n'
            and not exists (
                select 1 from plain_build.thing_part_mark as b
                where
                    b._rec = v._rec
                    and b.thing_place = t.thing_place
                    and b.thing_number = t.thing_number
                    and b.part_ordinal = t.part_ordinal
                    and b.ordinal = t.ordinal
            )
            and not loader.is_referenced('plain.thing_part_mark'::regclass, t.ctid)
    ), noted as (
        insert into plain_stage.thing_touched (place, number, _table)
        select distinct
            d.place, d.number,
            2
        from damaged as d
    )
    select
        count(*) filter (where d.kind = 'missing'),
        count(*) filter (where d.kind = 'differing'),
        count(*) filter (where d.kind = 'surplus')
    into _v_missing, _v_differing, _v_surplus
    from damaged as d;
    _p_found := _p_found || jsonb_build_object('thing_part_mark', jsonb_build_object(
        'missing', _v_missing, 'differing', _v_differing, 'surplus', _v_surplus
    ));
    update plain_stage.thing_decision as v
    set _outcome = 'u'
    from plain_stage.thing_touched as d
    where v._outcome = 'n' and d.place = v.place and d.number = v.number;
    truncate plain_stage.thing_touched;
end
$$;
comment on procedure plain_stage.repair_thing(bigint, jsonb) is
'For a repair: has rows of thing and its children written again that differ from their record.';
