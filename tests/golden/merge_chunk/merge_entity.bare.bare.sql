-- sql/dataset/merge_chunk/merge_entity.sql, mapping 000000000000
create or replace procedure bare_stage.merge_bare(
    _p_load bigint,
    _p_chunk bigint,
    _p_first bigint,
    _p_slot integer,
    _p_same text[],
    inout _p_inserted bigint,
    inout _p_updated bigint,
    inout _p_unchanged bigint,
    inout _p_duplicate bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Merges the bare records staged in a slot into bare: roots that are new or newer, then their
-- children by difference. _p_first: the first source of this load. _p_same: records of the chunk that are not staged
-- because they equal the rows with their keys: arrays of record numbers, keys by column; null: none.
-- Called by loader.merge_chunk, which has fenced the chunk. Raises LD016, LD029, LD036.
-- Custom plans lock the parent and one partition; generic ones would lock the partitions of all workers.
#variable_conflict use_column
declare
    _v_newer bigint[];
    _v_same_record bigint[] := _p_same[1]::bigint[];
    _v_same_1 text[] := _p_same[2]::text[];
    _v_still bigint;
    _v_winners bigint[];
    _v_writing bigint[];
    _v_inserted bigint[];
    _v_updated bigint[];
    _v_records bigint[];
    _v_fresh boolean[];
    _v_who text;
    _v_unkept bigint;
    _v_inserted_1 text[];
    _v_updated_1 text[];
begin
    -- One version of each key in the chunk wins, staged or not: all are of one source, so the record number
    -- decides.
    select array_agg(w._record order by w._record)
    into _v_winners
    from (
        select distinct on (v.code)
            v._record,
            v.is_staged
        from (
            select s.code, s._record, true as is_staged
            from bare_stage.bare as s
            where s._slot = _p_slot
            union all
            select u.code, u._record, false
            from unnest(_v_same_record, _v_same_1)
                as u (_record, code)
        ) as v
        order by v.code, v._record desc
    ) as w
    where w.is_staged;
    if _v_winners is null and _v_same_record is null then
        _p_inserted := 0;
        _p_updated := 0;
        _p_unchanged := 0;
        _p_duplicate := 0;
        return;
    end if;
    if _v_same_record is not null then
        -- Rows that were found to equal their records, which were therefore not read, must be unchanged: every
        -- write gives a row a new _source. A key that occurs twice counts as a change, too: the chunk is then
        -- merged in full.
        select count(*)
        into _v_still
        from bare.bare as t
        where
            t.code = any(_v_same_1)
            and t._source < _p_first;
        if _v_still <> cardinality(_v_same_record) then
            raise exception 'a bare of chunk % is no longer as it was when it was compared', _p_chunk
                using errcode = 'LD016', hint = 'the chunk is merged again, with all of its records';
        end if;
    end if;
    if
        _v_winners is null
        and not exists (
            select 1 from bare_stage.bare as s
            where s._slot = _p_slot
        )
        and not exists (
            select 1 from bare_stage.bare_key_log as n
            where n.chunk_id = _p_chunk
        )
    then
        -- Nothing was read: the keys are logged as they arrived.
        insert into bare_stage.bare_key_log (
            chunk_id, code, record, outcome
        )
        values (
            _p_chunk, _v_same_1, _v_same_record, repeat('n', cardinality(_v_same_record))
        );
        _p_inserted := 0;
        _p_updated := 0;
        _p_unchanged := cardinality(_v_same_record);
        _p_duplicate := 0;
        return;
    end if;
    _v_writing := _v_winners;
    _v_newer := loader.newer_chunks(_p_chunk, 'newest');
    if _v_newer <> '{}' then
        -- A newer source of another load has found some of these keys unchanged. That was a decision, although
        -- it wrote nothing: they stay as they are. Records that equal their rows count as unchanged all the
        -- same: for a key that occurred more than once, the chunks of the newer source decide whether it was
        -- logged or written.
        with confirmed as (
            select u.code
            from bare_stage.bare_key_log as s
            cross join lateral unnest(s.code, string_to_array(s.outcome, null))
                as u (code, outcome)
            where s.chunk_id = any(_v_newer) and u.outcome = 'n'
        )
        select coalesce(array_agg(s._record order by s._record), '{}')
        into _v_writing
        from bare_stage.bare as s
        where
            s._slot = _p_slot
            and s._record = any(_v_winners)
            and not exists (
                select 1 from confirmed as f
                where f.code = s.code
            );
    end if;
    if _v_writing <> '{}' and loader.is_out_of_order(_p_chunk, 'bare') then
        -- A newer full snapshot has decided about every key, except those that it rejected itself.
        select coalesce(array_agg(s._record order by s._record), '{}')
        into _v_writing
        from bare_stage.bare as s
        inner join bare_stage.undecided_bare(_p_load) as u
            on u.source_id = s._source and u.code = s.code
        where s._slot = _p_slot and s._record = any(_v_writing);
    end if;
    if _v_writing <> '{}' then
        -- The hashes of the rows before this load, in case they are written: its counts are against that state.
        -- In key order, to avoid deadlocks with other workers.
        insert into bare_stage.bare_before (load_id, code, hash)
        select
            _p_load,
            t.code,
            t._hash
        from bare_stage.bare as s
        inner join bare.bare as t on t.code = s.code
        where s._slot = _p_slot and t._hash <> s._hash and t._source < _p_first
        order by t.code
        on conflict do nothing;
        -- Whether this version is newer must be compared with the row when it is locked, because other workers
        -- write it, too.
        with written as (
            -- In key order, to avoid deadlocks with other sessions that write these rows.
            insert into bare.bare as t (
                code, _source, _record, _hash
            )
            select
                b.code, b._source, b._record, b._hash
            from bare_stage.bare as b
            where b._slot = _p_slot and b._record = any(_v_writing)
            order by b.code
            on conflict (code) do update set
                _source = excluded._source,
                _record = excluded._record,
                _hash = excluded._hash
            where
                (t._hash <> excluded._hash or t._source >= _p_first)
                and (
                    loader.is_newer(
                        excluded._source, excluded._record, t._source, t._record, 'newest'
                    )
                    or (t._hash = loader.unknown_hash())
                    and not loader.is_newer(
                        t._source, t._record, excluded._source, excluded._record, 'newest'
                    )
                )
            returning t.code, t._source, t._record, (t.xmax = 0) as fresh
        )
        select
            array_agg(w.code) filter (where w.fresh),
            array_agg(w.code) filter (where not w.fresh),
            coalesce(array_agg(loader.record_id(w._source, w._record)) filter (where w.fresh), '{}'),
            coalesce(array_agg(loader.record_id(w._source, w._record)) filter (where not w.fresh), '{}'),
            coalesce(array_agg(w._record), '{}'),
            coalesce(array_agg(w.fresh), '{}')
        into _v_inserted_1, _v_updated_1, _v_inserted, _v_updated, _v_records, _v_fresh
        from written as w;
    end if;
    _v_who := loader.entity_interferers('bare', 'bare');
    if _v_who <> '' and _v_writing <> '{}' then
        -- Users' triggers or rules may have skipped rows, added some, or given them other keys. A root that was
        -- not written may have lost to a newer one meanwhile. A child row with other values, which this transaction
        -- has not written, was skipped.
        select sum(u.unkept)
        into _v_unkept
        from (
            select count(*) as unkept
            from bare_stage.bare as s
            left join bare.bare as t on t.code = s.code
            where
                s._slot = _p_slot
                and s._record = any(_v_writing)
                and (
                    t._source is null
                    or s._record = any(_v_records) and (t._source, t._record) <> (s._source, s._record)
                    or s._record <> all(_v_records)
                    and (t._hash <> s._hash or t._source >= _p_first)
                    and loader.is_newer(s._source, s._record, t._source, t._record, 'newest')
                )
        ) as u;
        perform loader.report_altered(_p_load, 'bare.bare', _v_unkept,
            _v_who);
    end if;
    -- One row per chunk: the keys that it read and the outcome of each (i inserted, u updated, n unchanged,
    -- d duplicate). A chunk that is merged again keeps its earlier outcomes, except for what it writes now.
    with earlier as (
        select
            u.record,
            u.outcome
        from bare_stage.bare_key_log as n
        cross join lateral unnest(n.record, string_to_array(n.outcome, null)) as u (record, outcome)
        where n.chunk_id = _p_chunk
    ), judged as (
        select
            s.code,
            s._record,
            case
                when o.outcome is not null and w.fresh is null then o.outcome
                when w.fresh then 'i'
                when not w.fresh then 'u'
                when not (s._record = any(_v_winners)) then 'd'
                when t._hash = s._hash and t._source < _p_first then 'n'
                else 'd'
            end as outcome
        from bare_stage.bare as s
        left join unnest(_v_records, _v_fresh) as w (_record, fresh) on w._record = s._record
        left join earlier as o on o.record = s._record
        left join bare.bare as t on t.code = s.code
        where s._slot = _p_slot
        union all
        select
            u.code,
            u._record,
            coalesce(o.outcome, 'n') as outcome
        from unnest(_v_same_record, _v_same_1)
            as u (_record, code)
        left join earlier as o on o.record = u._record
    ), kept as (
        insert into bare_stage.bare_key_log (
            chunk_id, code, record, outcome
        )
        select
            _p_chunk,
            array_agg(j.code order by j._record),
            array_agg(j._record order by j._record),
            string_agg(j.outcome, '' order by j._record)
        from judged as j
        having count(*) > 0
        on conflict (chunk_id) do update set
            code = excluded.code,
            record = excluded.record,
            outcome = excluded.outcome
    )
    select
        count(*) filter (where j.outcome = 'i'),
        count(*) filter (where j.outcome = 'u'),
        count(*) filter (where j.outcome = 'n'),
        count(*) filter (where j.outcome = 'd')
    into _p_inserted, _p_updated, _p_unchanged, _p_duplicate
    from judged as j;
end
$$;
comment on procedure bare_stage.merge_bare(
    bigint, bigint, bigint, integer, text[], bigint, bigint, bigint, bigint
) is
'Merges the bare records of a chunk, those staged in a slot and those that stay; counts them.';
