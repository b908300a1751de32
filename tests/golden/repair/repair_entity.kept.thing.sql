-- sql/dataset/repair/repair_entity.sql, mapping 000000000000
create or replace procedure kept_stage.repair_thing(
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
    from kept_stage.thing_decision as v
    where v._outcome = 'i';
    -- A mark for which no newer dump accounts. These rows are already decided to be written.
    select count(*) into _v_rows
    from kept_stage.thing_decision as v
    where v._outcome = 'u' and v._was_marked and v._old_hash = v._hash;
    _v_differing := _v_differing + _v_rows;
    insert into kept_stage.thing_touched (number, _table)
    select
        v.number,
        0
    from kept_stage.thing_decision as v
    inner join kept_build.thing as b on loader.record_id(b._source, b._record) = v._rec
    inner join kept.thing as t on t.number = v.number
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
            v.number,
            case when t.thing_number is null then 'missing' else 'differing' end as kind
        from kept_build.thing_part as b
        inner join kept_stage.thing_decision as v on v._rec = b._rec
        left join kept.thing_part as t
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
        from kept.thing_part as t
        inner join kept_stage.thing_decision as v on t.thing_number = v.number
        where
            v._outcome = 'n'
            and not exists (
                select 1 from kept_build.thing_part as b
                where
                    b._rec = v._rec
                    and b.thing_number = t.thing_number
                    and b.ordinal = t.ordinal
            )
            and not loader.is_referenced('kept.thing_part'::regclass, t.ctid)
    ), noted as (
        insert into kept_stage.thing_touched (number, _table)
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
    update kept_stage.thing_decision as v
    set _outcome = 'u'
    from kept_stage.thing_touched as d
    where v._outcome = 'n' and d.number = v.number;
    truncate kept_stage.thing_touched;
end
$$;
comment on procedure kept_stage.repair_thing(bigint, jsonb) is
'For a repair: has rows of thing and its children written again that differ from their record.';
