-- sql/dataset/repair/repair_entity.sql, mapping 000000000000
create or replace procedure bare_stage.repair_bare(
    _p_load bigint, inout _p_found jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- For a repair: compares the rows of each bare whose hash is that of its record with the record, and has
-- those that differ written again. Rows that have a source of the load, but are not in its files, are deleted.
-- _p_found: {table: {missing, differing, surplus}}, to which this adds. Called by loader.apply_load and
-- loader.check_repair, after decide_bare. Writes bare_decision, bare_touched.
#variable_conflict use_column
declare
    _v_missing bigint;
    _v_differing bigint := 0;
    _v_surplus bigint := 0;
begin
    select count(*) into _v_missing
    from bare_stage.bare_decision as v
    where v._outcome = 'i';
    -- A row of exactly the same file cannot have another hash.
    update bare_stage.bare_decision as v
    set _outcome = 'u'
    where v._outcome = 'd' and v._version = 1 and v._place = v._old_rank and v._old_hash <> v._hash;
    get diagnostics _v_differing = row_count;
    -- Rows whose key this load has not read, not even in a record that it rejected.
    insert into bare_stage.bare_decision (
        code, _old_source, _old_record, _old_hash, _outcome
    )
    select
        t.code,
        t._source,
        t._record,
        t._hash,
        'g'
    from bare.bare as t
    where
        not exists (
            select 1 from bare_stage.bare_decision as v
            where v.code = t.code
        )
        and (t.code) not in (
            select r.code
            from bare_stage.rejected_bare(array[_p_load]) as r
        )
        and t._source in (
            select o.source_id
            from loader.source as s
            inner join loader.source as o on o.dataset = s.dataset and o.name = s.name and o.sha256 = s.sha256
            where s.load_id = _p_load and s.state = 'planned' and 'bare' = any(s.entities)
        );
    get diagnostics _v_surplus = row_count;
    _p_found := _p_found || jsonb_build_object('bare', jsonb_build_object(
        'missing', _v_missing, 'differing', _v_differing, 'surplus', _v_surplus
    ));
    update bare_stage.bare_decision as v
    set _outcome = 'u'
    from bare_stage.bare_touched as d
    where v._outcome = 'n' and d.code = v.code;
    truncate bare_stage.bare_touched;
end
$$;
comment on procedure bare_stage.repair_bare(bigint, jsonb) is
'For a repair: has rows of bare and its children written again that differ from their record.';
