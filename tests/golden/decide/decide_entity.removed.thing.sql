-- sql/dataset/decide/decide_entity.sql, mapping 000000000000
create or replace procedure removed_stage.decide_thing(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Decides about every thing that a load read: which version of a key wins, and whether it wins over the row
-- in the table. Writes only thing_decision. Called by loader.apply_load.
#variable_conflict use_column
declare
    _v_confirming bigint[] := loader.confirming_chunks(_p_load, 'newest');
    _v_late bigint[] := loader.out_of_order_sources(_p_load, 'thing');
begin
    truncate
        removed_stage.thing_decision,
        removed_stage.thing_touched;
    -- Every record in the build, with the row that has its key in the tables.
    with places as materialized (
        select
            p.source_id,
            p.place
        from loader.source_ranks('removed', 'newest') as p
    ), planned as materialized (
        select c.* from loader.chunks_of_records(_p_load) as c
    )
    insert into removed_stage.thing_decision (
        id, _chunk, _source, _record, _rec, _hash, _place, _staged,
        _old_source, _old_record, _old_hash, _old_rank,
        _was_marked
    )
    select
        b.id,
        c.chunk_ids[width_bucket(b._record, c.first_records)],
        b._source,
        b._record,
        loader.record_id(b._source, b._record),
        b._hash,
        p.place,
        true,
        t._source as _old_source,
        t._record as _old_record,
        t._hash as _old_hash,
        coalesce(o.place, -1) as _old_rank,
        false
    from removed_build.thing as b
    inner join planned as c on c.source_id = b._source
    inner join places as p on p.source_id = b._source
    left join removed.thing as t on t.id = b.id
    left join places as o on o.source_id = t._source;
    -- Records that equal their rows, and so are not in the build, if their key occurred again.
    with noted as not materialized (
        select
            c.chunk_id,
            c.source_id,
            u.*
        from loader.chunk as c
        inner join removed_stage.thing_key_log as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.id, s.record)
            as u (id, record)
        where c.load_id = _p_load
    ), more_than_once as (
        select n.id
        from noted as n
        group by n.id
        having count(*) > 1
        union
        select v.id
        from removed_stage.thing_decision as v
    )
    insert into removed_stage.thing_decision (
        id, _chunk, _source, _record, _rec, _hash, _place,
        _old_source, _old_record, _old_hash, _old_rank
    )
    select
        n.id,
        n.chunk_id,
        n.source_id,
        n.record,
        loader.record_id(n.source_id, n.record),
        t._hash,
        p.place,
        t._source,
        t._record,
        t._hash as _old_hash,
        coalesce(o.place, -1) as _old_rank
    from noted as n
    inner join more_than_once as m on m.id = n.id
    inner join removed.thing as t on t.id = n.id
    inner join loader.source_ranks('removed', 'newest') as p
        on p.source_id = n.source_id
    left join loader.source_ranks('removed', 'newest') as o
        on o.source_id = t._source;
    if _v_late <> '{}' then
        -- A newer full snapshot has decided about every key, except those that it rejected itself.
        with undecided as materialized (
            select u.*
            from removed_stage.undecided_thing(_p_load) as u
        )
        update removed_stage.thing_decision as v
        set _is_out_of_order = true
        where
            v._source = any(_v_late)
            and not exists (
                select 1 from undecided as u
                where u.source_id = v._source and u.id = v.id
            );
    end if;
    -- Versions of one key in this load, the winner first. An out-of-order version does not win over one
    -- without a date.
    update removed_stage.thing_decision as v set _version = r.version
    from (
        select
            w._rec,
            row_number() over (
                partition by w.id
                order by w._is_out_of_order, w._place desc, w._record desc
            ) as version
        from removed_stage.thing_decision as w
        inner join (
            select m.id
            from removed_stage.thing_decision as m
            group by m.id
            having count(*) > 1
        ) as m on m.id = w.id
    ) as r
    where r._rec = v._rec and r.version > 1;
    if _v_confirming <> '{}' then
        -- A row that a source of another load found unchanged ranks as high as that source, as long as it is
        -- still the row that the source found.
        update removed_stage.thing_decision as v
        set _old_rank = greatest(v._old_rank, r.place)
        from (
            select
                w._rec,
                max(p.place) as place
            from removed_stage.thing_key_log as s
            inner join loader.chunk as c on c.chunk_id = s.chunk_id
            inner join loader.source_ranks('removed', 'newest') as p
                on p.source_id = c.source_id
            cross join lateral unnest(s.id, string_to_array(s.outcome, null))
                as u (id, outcome)
            inner join removed_stage.thing_decision as w
                on w.id = u.id
            inner join loader.source as o on o.source_id = w._old_source
            where s.chunk_id = any(_v_confirming) and u.outcome = 'n' and c.load_id > o.load_id
            group by w._rec
        ) as r
        where r._rec = v._rec;
    end if;
    -- The delete records of other loads: of each key the one that wins over the others, and whether it wins over a version.
    -- None of them is compared by its hash.
    update removed_stage.thing_decision as v
    set
        _gone_source = r.source_id,
        _gone_record = r.record,
        _gone_place = r.place,
        _gone_wins = (r.place, r.record) > (v._place, v._record)
    from (
        select distinct on (w.id)
            w.id,
            w.source_id,
            w.record,
            p.place
        from removed_history.thing_removed as w
        inner join loader.removing_sources('removed', 'thing') as p
            on p.source_id = w.source_id
        where (w.id) in (
            select d.id
            from removed_stage.thing_decision as d
        )
        order by w.id, p.place desc, w.record desc
    ) as r
    where r.id = v.id;
    -- The winner of each key in this load against the row in the table: policy newest.
    update removed_stage.thing_decision as v
    set
        _outcome = case
            when v._version > 1 then 'd'
            when v._hash = loader.removed_hash() then case
                when v._old_hash is null then case when v._gone_wins then 'd' else 'n' end
                when v._place >= v._old_rank then 'x'
                else 'd'
            end
            when v._gone_wins and v._old_hash is distinct from v._hash then 'd'
            when v._old_hash is null then case when v._is_out_of_order then 'd' else 'i' end
            when v._old_hash = v._hash then case when v._was_marked and not v._is_out_of_order then 'u' else 'n' end
            when v._is_out_of_order then 'd'
            when v._place > v._old_rank then 'u'
            when v._place = v._old_rank and v._old_hash = loader.unknown_hash() then 'u'
            else 'd'
        end;
    -- The plans of the following statements depend on the number of each outcome.
    perform loader.gather_statistics(
        'removed_stage.thing_decision'::regclass
    );
end
$$;
comment on procedure removed_stage.decide_thing(bigint) is
'Decides about every thing that a load read.';
create or replace procedure removed_stage.pick_absent_thing(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Adds to thing_decision the rows that a full snapshot lacks. A record that it rejected is not missing,
-- nor one that another dump, which is not older, has found unchanged.
-- If it is out of order, newer snapshots have decided about all keys except those that they rejected. Called by
-- loader.limit_deletions.
declare
    _v_confirming bigint[] := loader.not_older_chunks(_p_load, 'thing');
    _v_older bigint[] := loader.older_sources(_p_load, 'thing');
    _v_late bigint[] := array(
        select distinct n.source_id
        from loader.newer_snapshots(_p_load, 'thing') as n
        where n.is_complete
    );
begin
    if
        _v_older = '{}'
        or _v_late <> '{}' and not exists (
            select 1 from removed_stage.undecided_thing(_p_load, true)
        )
    then
        return;
    end if;
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
        and not exists (
            select 1
            from loader.chunk as c
            inner join removed_stage.thing_key_log as s on s.chunk_id = c.chunk_id
            cross join lateral unnest(s.id)
                as u (id)
            where
                (c.load_id = _p_load or c.chunk_id = any(_v_confirming))
                and u.id = t.id
        )
        and t._source = any(_v_older)
        and (
            _v_late = '{}'
            or (t.id) in (
                select u.id
                from removed_stage.undecided_thing(_p_load, true) as u
                group by u.id
                having count(*) = cardinality(_v_late)
            )
        );
end
$$;
comment on procedure removed_stage.pick_absent_thing(bigint) is
'Adds the rows that a full snapshot lacks to the decisions.';
