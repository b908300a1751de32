-- sql/dataset/repair/repair_entity.sql, mapping 000000000000
create or replace procedure removed_stage.repair_thing(
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
    from removed_stage.thing_decision as v
    where v._outcome = 'i';
    -- A row of exactly the same file cannot have another hash.
    update removed_stage.thing_decision as v
    set _outcome = 'u'
    where v._outcome = 'd' and v._version = 1 and v._place = v._old_rank and v._old_hash <> v._hash and not v._gone_wins and v._hash <> loader.removed_hash();
    get diagnostics _v_differing = row_count;
    -- Rows whose key this load has not read, not even in a record that it rejected.
    insert into removed_stage.thing_decision (
        id, _old_source, _old_record, _old_hash, _outcome
    )
    select
        t.id,
        t._source,
        t._record,
        t._hash,
        'g'
    from removed.thing as t
    where
        not exists (
            select 1 from removed_stage.thing_decision as v
            where v.id = t.id
        )
        and (t.id) not in (
            select r.id
            from removed_stage.rejected_thing(array[_p_load]) as r
        )
        and t._source in (
            select o.source_id
            from loader.source as s
            inner join loader.source as o on o.dataset = s.dataset and o.name = s.name and o.sha256 = s.sha256
            where s.load_id = _p_load and s.state = 'planned' and 'thing' = any(s.entities)
        );
    get diagnostics _v_surplus = row_count;
    insert into removed_stage.thing_touched (id, _table)
    select
        v.id,
        0
    from removed_stage.thing_decision as v
    inner join removed_build.thing as b on loader.record_id(b._source, b._record) = v._rec
    inner join removed.thing as t on t.id = v.id
    where
        v._outcome = 'n'
        and (t.name, t.size)
        is distinct from
        (b.name, b.size);
    get diagnostics _v_rows = row_count;
    _v_differing := _v_differing + _v_rows;
    _p_found := _p_found || jsonb_build_object('thing', jsonb_build_object(
        'missing', _v_missing, 'differing', _v_differing, 'surplus', _v_surplus
    ));
    with damaged as (
        select
            v.id,
            case when t.thing_id is null then 'missing' else 'differing' end as kind
        from removed_build.thing_part as b
        inner join removed_stage.thing_decision as v on v._rec = b._rec
        left join removed.thing_part as t
            on t.thing_id = b.thing_id
            and t.ordinal = b.ordinal
        where
            v._outcome = 'n'
            and (
                t.thing_id is null
                or (t.label)
                is distinct from
                (b.label)
            )
        union all
        select
            v.id,
            'surplus' as kind
        from removed.thing_part as t
        inner join removed_stage.thing_decision as v on t.thing_id = v.id
        where
            v._outcome = 'n'
            and not exists (
                select 1 from removed_build.thing_part as b
                where
                    b._rec = v._rec
                    and b.thing_id = t.thing_id
                    and b.ordinal = t.ordinal
            )
            and not loader.is_referenced('removed.thing_part'::regclass, t.ctid)
    ), noted as (
        insert into removed_stage.thing_touched (id, _table)
        select distinct
            d.id,
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
    update removed_stage.thing_decision as v
    set _outcome = 'u'
    from removed_stage.thing_touched as d
    where v._outcome = 'n' and d.id = v.id;
    truncate removed_stage.thing_touched;
end
$$;
comment on procedure removed_stage.repair_thing(bigint, jsonb) is
'For a repair: has rows of thing and its children written again that differ from their record.';
