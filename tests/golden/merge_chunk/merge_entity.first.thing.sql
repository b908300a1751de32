-- sql/dataset/merge_chunk/merge_entity.sql, mapping 000000000000
create or replace procedure first_stage.merge_thing(
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
-- Merges the thing records staged in a slot into first: roots that are new or newer, then their
-- children by difference. _p_first: the first source of this load. _p_same: records of the chunk that are not staged
-- because they equal the rows with their keys: arrays of record numbers, keys by column; null: none.
-- Called by loader.merge_chunk, which has fenced the chunk. Raises LD016, LD029, LD036.
-- Custom plans lock the parent and one partition; generic ones would lock the partitions of all workers.
#variable_conflict use_column
declare
    _v_newer bigint[];
    _v_same_record bigint[] := _p_same[1]::bigint[];
    _v_same_1 integer[] := _p_same[2]::integer[];
    _v_still bigint;
    _v_winners bigint[];
    _v_writing bigint[];
    _v_inserted bigint[];
    _v_updated bigint[];
    _v_records bigint[];
    _v_fresh boolean[];
    _v_who text;
    _v_unkept bigint;
    _v_children oid[] := array[
        'first.thing_part'::regclass
    ];
    _v_referenced tid[];
    _v_inserted_1 integer[];
    _v_updated_1 integer[];
begin
    -- One version of each key in the chunk wins, staged or not: all are of one source, so the record number
    -- decides.
    select array_agg(w._record order by w._record)
    into _v_winners
    from (
        select distinct on (v.number)
            v._record,
            v.is_staged
        from (
            select s.number, s._record, true as is_staged
            from first_stage.thing as s
            where s._slot = _p_slot
            union all
            select u.number, u._record, false
            from unnest(_v_same_record, _v_same_1)
                as u (_record, number)
        ) as v
        order by v.number, v._record asc
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
        from first.thing as t
        where
            t.number = any(_v_same_1)
            and t._source < _p_first;
        if _v_still <> cardinality(_v_same_record) then
            raise exception 'a thing of chunk % is no longer as it was when it was compared', _p_chunk
                using errcode = 'LD016', hint = 'the chunk is merged again, with all of its records';
        end if;
    end if;
    if
        _v_winners is null
        and not exists (
            select 1 from first_stage.thing as s
            where s._slot = _p_slot
        )
        and not exists (
            select 1 from first_stage.thing_key_log as n
            where n.chunk_id = _p_chunk
        )
    then
        -- Nothing was read: the keys are logged as they arrived.
        insert into first_stage.thing_key_log (
            chunk_id, number, record, outcome
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
    _v_newer := loader.newer_chunks(_p_chunk, 'first');
    if _v_newer <> '{}' then
        -- A newer source of another load has found some of these keys unchanged. That was a decision, although
        -- it wrote nothing: they stay as they are. Records that equal their rows count as unchanged all the
        -- same: for a key that occurred more than once, the chunks of the newer source decide whether it was
        -- logged or written.
        with confirmed as (
            select u.number
            from first_stage.thing_key_log as s
            cross join lateral unnest(s.number, string_to_array(s.outcome, null))
                as u (number, outcome)
            where s.chunk_id = any(_v_newer) and u.outcome = 'n'
        )
        select coalesce(array_agg(s._record order by s._record), '{}')
        into _v_writing
        from first_stage.thing as s
        where
            s._slot = _p_slot
            and s._record = any(_v_winners)
            and not exists (
                select 1 from confirmed as f
                where f.number = s.number
            );
    end if;
    if _v_writing <> '{}' and loader.is_out_of_order(_p_chunk, 'thing') then
        -- Records that a newer full snapshot lacked were deleted by then.
        select coalesce(array_agg(s._record order by s._record), '{}')
        into _v_writing
        from first_stage.thing as s
        inner join first.thing as t on t.number = s.number
        where s._slot = _p_slot and s._record = any(_v_writing);
    end if;
    if _v_writing <> '{}' then
        -- Before it is decided which rows users' foreign keys protect: nobody can make another one from here on.
        lock table
            only first.thing_part
        in row exclusive mode;
        perform loader.lock_referrers(_v_children);
        perform loader.assert_readable(_v_children);
        -- The hashes of the rows before this load, in case they are written: its counts are against that state.
        -- In key order, to avoid deadlocks with other workers.
        insert into first_stage.thing_before (load_id, number, hash)
        select
            _p_load,
            t.number,
            t._hash
        from first_stage.thing as s
        inner join first.thing as t on t.number = s.number
        where s._slot = _p_slot and t._hash <> s._hash and t._source < _p_first
        order by t.number
        on conflict do nothing;
        -- Whether this version is newer must be compared with the row when it is locked, because other workers
        -- write it, too.
        with written as (
            -- In key order, to avoid deadlocks with other sessions that write these rows.
            insert into first.thing as t (
                number, name, made, _source, _record, _hash
            )
            select
                b.number, b.name, b.made, b._source, b._record, b._hash
            from first_stage.thing as b
            where b._slot = _p_slot and b._record = any(_v_writing)
            order by b.number
            on conflict (number) do update set
                name = excluded.name,
                made = excluded.made,
                _source = excluded._source,
                _record = excluded._record,
                _hash = excluded._hash
            where
                (t._hash <> excluded._hash or t._source >= _p_first)
                and (
                    loader.is_newer(
                        excluded._source, excluded._record, t._source, t._record, 'first'
                    )
                    or (t._hash = loader.unknown_hash())
                    and not loader.is_newer(
                        t._source, t._record, excluded._source, excluded._record, 'first'
                    )
                )
            returning t.number, t._source, t._record, (t.xmax = 0) as fresh
        )
        select
            array_agg(w.number) filter (where w.fresh),
            array_agg(w.number) filter (where not w.fresh),
            coalesce(array_agg(loader.record_id(w._source, w._record)) filter (where w.fresh), '{}'),
            coalesce(array_agg(loader.record_id(w._source, w._record)) filter (where not w.fresh), '{}'),
            coalesce(array_agg(w._record), '{}'),
            coalesce(array_agg(w.fresh), '{}')
        into _v_inserted_1, _v_updated_1, _v_inserted, _v_updated, _v_records, _v_fresh
        from written as w;
    end if;
    if _v_inserted <> '{}' then
        begin
            insert into first.thing_part (
                thing_number, ordinal, label
            )
            select
                b.thing_number, b.ordinal, b.label
            from first_stage.thing_part as b
            where
                b._slot = _p_slot and b._rec = any(_v_inserted);
        exception
            when unique_violation then
                -- Somebody has deleted roots without their children: these are replaced like those of updated roots.
                _v_updated := _v_inserted || _v_updated;
                _v_updated_1 := _v_inserted_1 || _v_updated_1;
        end;
    end if;
    if _v_updated <> '{}' then
        _v_referenced := '{}';
        if loader.reference_guard('first.thing_part'::regclass, 't') <> '' then

            -- Rows that changed records no longer have, but to which other tables refer.
            select coalesce(
                array_agg(s.place) filter (
                    where loader.is_referenced('first.thing_part'::regclass, s.place)
                ),
                '{}'
            )
            into _v_referenced
            from (
                select t.ctid as place
                from first.thing_part as t
                where
                    (t.thing_number) in (
                        select * from unnest(_v_updated_1)
                    )
                    and not exists (
                        select 1 from first_stage.thing_part as b
                        where
                            b._slot = _p_slot and b._rec = any(_v_updated)
                            and b.thing_number = t.thing_number
                            and b.ordinal = t.ordinal
                    )
                offset 0
            ) as s;
            perform loader.report_surplus(_p_load, 'thing_part', cardinality(_v_referenced));
        end if;

        delete from first.thing_part as t
            where
                (t.thing_number) in (
                    select * from unnest(_v_updated_1)
                )
                and not exists (
                    select 1 from first_stage.thing_part as b
                    where
                        b._slot = _p_slot and b._rec = any(_v_updated)
                        and b.thing_number = t.thing_number
                        and b.ordinal = t.ordinal
                )
                and t.ctid <> all(_v_referenced);
        -- Only rows that differ, because ON CONFLICT would lock, and so write, the others.
        insert into first.thing_part as t (
            thing_number, ordinal, label
        )
        select
            b.thing_number, b.ordinal, b.label
        from first_stage.thing_part as b
        where
            b._slot = _p_slot and b._rec = any(_v_updated)
            and not exists (
                select 1 from first.thing_part as o
                where
                    o.thing_number = b.thing_number
                    and o.ordinal = b.ordinal
                    and (o.label)
                    is not distinct from
                    (b.label)
            )
        order by b.thing_number, b.ordinal
        on conflict (thing_number, ordinal) do update set
            label = excluded.label;
    end if;
    _v_who := loader.entity_interferers('first', 'thing');
    if _v_who <> '' and _v_writing <> '{}' then
        -- Users' triggers or rules may have skipped rows, added some, or given them other keys. A root that was
        -- not written may have lost to a newer one meanwhile. A child row with other values, which this transaction
        -- has not written, was skipped.
        select sum(u.unkept)
        into _v_unkept
        from (
            select count(*) as unkept
            from first_stage.thing as s
            left join first.thing as t on t.number = s.number
            where
                s._slot = _p_slot
                and s._record = any(_v_writing)
                and (
                    t._source is null
                    or s._record = any(_v_records) and (t._source, t._record) <> (s._source, s._record)
                    or s._record <> all(_v_records)
                    and (t._hash <> s._hash or t._source >= _p_first)
                    and loader.is_newer(s._source, s._record, t._source, t._record, 'first')
                )
            union all
            select count(*)
            from first_stage.thing_part as s
            where
                s._slot = _p_slot
                and s._rec = any(_v_inserted || _v_updated)
                and not exists (
                    select 1 from first.thing_part as t
                    where
                        t.thing_number = s.thing_number
                        and t.ordinal = s.ordinal
                        and (
                            age(t.xmin) <= age(pg_current_xact_id()::xid)
                            or (t.label)
                            is not distinct from
                            (s.label)
                        )
                )
            union all
            select count(*)
            from first_stage.thing as r
            inner join first.thing_part as t on t.thing_number = r.number
            where
                r._slot = _p_slot
                and loader.record_id(r._source, r._record) = any(_v_inserted || _v_updated)
                and not exists (
                    select 1 from first_stage.thing_part as s
                    where
                        s._slot = _p_slot
                        and s._rec = loader.record_id(r._source, r._record)
                        and s.thing_number = t.thing_number
                        and s.ordinal = t.ordinal
                )
                and not loader.is_referenced('first.thing_part'::regclass, t.ctid)
        ) as u;
        perform loader.report_altered(_p_load, 'first.thing', _v_unkept,
            _v_who);
    end if;
    -- One row per chunk: the keys that it read and the outcome of each (i inserted, u updated, n unchanged,
    -- d duplicate). A chunk that is merged again keeps its earlier outcomes, except for what it writes now.
    with earlier as (
        select
            u.record,
            u.outcome
        from first_stage.thing_key_log as n
        cross join lateral unnest(n.record, string_to_array(n.outcome, null)) as u (record, outcome)
        where n.chunk_id = _p_chunk
    ), judged as (
        select
            s.number,
            s._record,
            case
                when o.outcome is not null and w.fresh is null then o.outcome
                when w.fresh then 'i'
                when not w.fresh then 'u'
                when not (s._record = any(_v_winners)) then 'd'
                when t._hash = s._hash and t._source < _p_first then 'n'
                else 'd'
            end as outcome
        from first_stage.thing as s
        left join unnest(_v_records, _v_fresh) as w (_record, fresh) on w._record = s._record
        left join earlier as o on o.record = s._record
        left join first.thing as t on t.number = s.number
        where s._slot = _p_slot
        union all
        select
            u.number,
            u._record,
            coalesce(o.outcome, 'n') as outcome
        from unnest(_v_same_record, _v_same_1)
            as u (_record, number)
        left join earlier as o on o.record = u._record
    ), kept as (
        insert into first_stage.thing_key_log (
            chunk_id, number, record, outcome
        )
        select
            _p_chunk,
            array_agg(j.number order by j._record),
            array_agg(j._record order by j._record),
            string_agg(j.outcome, '' order by j._record)
        from judged as j
        having count(*) > 0
        on conflict (chunk_id) do update set
            number = excluded.number,
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
comment on procedure first_stage.merge_thing(
    bigint, bigint, bigint, integer, text[], bigint, bigint, bigint, bigint
) is
'Merges the thing records of a chunk, those staged in a slot and those that stay; counts them.';
