-- sql/dataset/decide/decide_entity.sql, mapping 116b0f95aecc
create or replace procedure market_stage.decide_newest(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Decides about every newest that a load read: which version of a key wins, and whether it goes before the row
-- that is there. Writes nothing but newest_decision. Called by loader.apply_load.
#variable_conflict use_column
declare
    _v_confirming bigint[] := loader.confirming_chunks(_p_load, 'newest');
    _v_late bigint[] := loader.out_of_order_sources(_p_load, 'newest');
begin
    truncate
        market_stage.newest_decision,
        market_stage.newest_touched;
    -- Every record that the build holds, beside the row that has its key in the tables.
    with places as materialized (
        select
            p.source_id,
            p.place
        from loader.source_ranks('market', 'newest') as p
    ), planned as materialized (
        select c.* from loader.chunks_of_records(_p_load) as c
    )
    insert into market_stage.newest_decision (
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
    from market_build.newest as b
    inner join planned as c on c.source_id = b._source
    inner join places as p on p.source_id = b._source
    left join market.newest as t on t.id = b.id
    left join places as o on o.source_id = t._source;
    -- Records that equal their rows, hence are not in the build, where their key came once more.
    with noted as not materialized (
        select
            c.chunk_id,
            c.source_id,
            u.*
        from loader.chunk as c
        inner join market_stage.newest_key_log as s on s.chunk_id = c.chunk_id
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
        from market_stage.newest_decision as v
    )
    insert into market_stage.newest_decision (
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
    inner join market.newest as t on t.id = n.id
    inner join loader.source_ranks('market', 'newest') as p
        on p.source_id = n.source_id
    left join loader.source_ranks('market', 'newest') as o
        on o.source_id = t._source;
    if _v_late <> '{}' then
        -- A whole newer dump has decided about every key but those that it rejected itself.
        with undecided as materialized (
            select u.*
            from market_stage.undecided_newest(_p_load) as u
        )
        update market_stage.newest_decision as v
        set _is_out_of_order = true
        where
            v._source = any(_v_late)
            and not exists (
                select 1 from undecided as u
                where u.source_id = v._source and u.id = v.id
            );
    end if;
    -- Versions of one key in this load, the winner first. A late one goes before none of a file without a date.
    update market_stage.newest_decision as v set _version = r.version
    from (
        select
            w._rec,
            row_number() over (
                partition by w.id
                order by w._is_out_of_order, w._place desc, w._record desc
            ) as version
        from market_stage.newest_decision as w
        inner join (
            select m.id
            from market_stage.newest_decision as m
            group by m.id
            having count(*) > 1
        ) as m on m.id = w.id
    ) as r
    where r._rec = v._rec and r.version > 1;
    if _v_confirming <> '{}' then
        -- What a source of another load found unchanged stands as high as that source, as long as the row is still the
        -- one that it saw.
        update market_stage.newest_decision as v
        set _old_rank = greatest(v._old_rank, r.place)
        from (
            select
                w._rec,
                max(p.place) as place
            from market_stage.newest_key_log as s
            inner join loader.chunk as c on c.chunk_id = s.chunk_id
            inner join loader.source_ranks('market', 'newest') as p
                on p.source_id = c.source_id
            cross join lateral unnest(s.id, string_to_array(s.outcome, null))
                as u (id, outcome)
            inner join market_stage.newest_decision as w
                on w.id = u.id
            inner join loader.source as o on o.source_id = w._old_source
            where s.chunk_id = any(_v_confirming) and u.outcome = 'n' and c.load_id > o.load_id
            group by w._rec
        ) as r
        where r._rec = v._rec;
    end if;
    -- Of each key its winner in this load against the row that is there: policy newest.
    update market_stage.newest_decision as v
    set
        _outcome = case
            when v._version > 1 then 'd'
            when v._old_hash is null then case when v._is_out_of_order then 'd' else 'i' end
            when v._old_hash = v._hash then case when v._was_marked and not v._is_out_of_order then 'u' else 'n' end
            when v._is_out_of_order then 'd'
            when v._place > v._old_rank then 'u'
            when v._place = v._old_rank and v._old_hash = loader.unknown_hash() then 'u'
            else 'd'
        end;
    -- Plans of what follows depend on how many of each outcome there are.
    perform loader.gather_statistics(
        'market_stage.newest_decision'::regclass
    );
end
$$;
comment on procedure market_stage.decide_newest(bigint) is
'Decides about every newest that a load read.';
create or replace procedure market_stage.pick_absent_newest(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Adds to newest_decision the rows that a complete load no longer holds. A record that it rejected is not gone,
-- nor one that another dump, which is not older, has found unchanged.
-- When it comes late, newer ones have decided about all keys but those that they rejected. Called by
-- loader.pick_absent.
declare
    _v_confirming bigint[] := loader.not_older_chunks(_p_load, 'newest');
    _v_older bigint[] := loader.older_sources(_p_load, 'newest');
    _v_late bigint[] := array(
        select distinct n.source_id
        from loader.newer_snapshots(_p_load, 'newest') as n
        where n.is_complete
    );
begin
    if
        _v_older = '{}'
        or _v_late <> '{}' and not exists (
            select 1 from market_stage.undecided_newest(_p_load, true)
        )
    then
        return;
    end if;
    -- Rows whose key this load has not read, not even in a record that it rejected.
    insert into market_stage.newest_decision (
        id, _old_source, _old_record, _old_hash, _outcome
    )
    select
        t.id,
        t._source,
        t._record,
        t._hash,
        'g'
    from market.newest as t
    where
        not exists (
            select 1 from market_stage.newest_decision as v
            where v.id = t.id
        )
        and (t.id) not in (
            select r.id
            from market_stage.rejected_newest(array[_p_load]) as r
        )
        and not exists (
            select 1
            from loader.chunk as c
            inner join market_stage.newest_key_log as s on s.chunk_id = c.chunk_id
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
                from market_stage.undecided_newest(_p_load, true) as u
                group by u.id
                having count(*) = cardinality(_v_late)
            )
        );
end
$$;
comment on procedure market_stage.pick_absent_newest(bigint) is
'Adds the rows that a complete load no longer holds to what was decided.';

-- sql/dataset/apply/apply_entity.sql, mapping 116b0f95aecc
create or replace procedure market_stage.drop_absent_newest(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Deletes the rows that newest_decision says are gone. Called by
-- apply_newest and loader.remove_absent.
#variable_conflict use_column
begin
    if not exists (
        select 1 from market_stage.newest_decision as v
        where v._outcome = 'g'
    ) then
        return;
    end if;
    delete from market.newest_tag as t
    where (t.newest_id) in (
        select v.id
        from market_stage.newest_decision as v
        where v._outcome = 'g'
    );
    delete from market.newest as t
    where (t.id) in (
        select v.id
        from market_stage.newest_decision as v
        where v._outcome = 'g'
    );
end
$$;
comment on procedure market_stage.drop_absent_newest(bigint) is
'Deletes the newest rows that a complete load no longer holds.';
create or replace procedure market_stage.apply_newest(_p_load bigint, _p_history boolean)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Writes what newest_decision says into market, by difference, and notes what changed.
-- _p_history: whether the versions before are kept. Called by loader.apply_load, in the one transaction that shows the
-- load to readers, and by loader.rollback.
declare
    _v_referenced tid[];
begin
    -- What is about to change, and, where history is kept, what it was.
    insert into market_history.newest_change (
        load_id, id, op, columns,
        source_before, record_before, hash_before, source_after, record_after, hash_after, before
    )
    select
        _p_load,
        v.id,
        case v._outcome
            when 'i' then 'insert'
            when 'u' then 'update'
            else 'delete'
        end,
        case
            when v._outcome = 'u' then array_remove(array[
                case
                    when t.name
                        is distinct from b.name
                    then 'name'
                end,
                case
                    when t.price::text
                        is distinct from b.price::text
                    then 'price'
                end,
                case
                    when t.seen
                        is distinct from b.seen
                    then 'seen'
                end,
                case
                    when t.colours
                        is distinct from b.colours
                    then 'colours'
                end
            ]::text[], null)
        end,
        v._old_source,
        v._old_record,
        v._old_hash,
        v._source,
        v._record,
        v._hash,
        case
            when _p_history and v._outcome <> 'i'
                then market_stage.version_of_newest(v.id)
        end
    from market_stage.newest_decision as v
    left join market_build.newest as b
        on b._source = v._source and b._record = v._record
    left join market.newest as t
        on v._outcome <> 'i' and t.id = v.id
    where v._outcome in ('i', 'u', 'g', 'x');
    if _p_history then
        perform loader.keep_users_columns(_p_load, 'newest');
    end if;
    -- In key order, so that it does not deadlock with others that write these rows.
    insert into market.newest as t (
        id, name, price, seen, colours, _source, _record, _hash
    )
    select
        b.id, b.name, b.price, b.seen, b.colours, b._source, b._record, b._hash
    from market_build.newest as b
    where loader.record_id(b._source, b._record) in (
        select v._rec from market_stage.newest_decision as v
        where v._outcome in ('i', 'u')
    )
    order by b.id
    on conflict (id) do update set
        name = excluded.name,
        price = excluded.price,
        seen = excluded.seen,
        colours = excluded.colours,
        _source = excluded._source,
        _record = excluded._record,
        _hash = excluded._hash;
    if exists (
        select 1 from market_stage.newest_decision as v
        where v._outcome = 'i'
    ) then
        begin
            insert into market.newest_tag (
                newest_id, ordinal, tag, weight
            )
            select
                b.newest_id, b.ordinal, b.tag, b.weight
            from market_build.newest_tag as b
            where
                b._rec in (
                    select v._rec from market_stage.newest_decision as v
                    where v._outcome = 'i'
                );
        exception
            when unique_violation then
                -- Somebody has deleted roots without their children.
                delete from market.newest_tag as t
                where (t.newest_id) in (
                    select v.id
                    from market_stage.newest_decision as v
                    where v._outcome = 'i'
                );
                insert into market.newest_tag (
                    newest_id, ordinal, tag, weight
                )
                select
                    b.newest_id, b.ordinal, b.tag, b.weight
                from market_build.newest_tag as b
                where
                    b._rec in (
                        select v._rec from market_stage.newest_decision as v
                        where v._outcome = 'i'
                    );
        end;
    end if;
    if exists (
        select 1 from market_stage.newest_decision as v
        where v._outcome = 'u'
    ) then
        _v_referenced := '{}';
        if loader.reference_guard('market.newest_tag'::regclass, 't') <> '' then

            -- Rows that changed records no longer have, but that others refer to.
            select coalesce(
                array_agg(s.place) filter (
                    where loader.is_referenced('market.newest_tag'::regclass, s.place)
                ),
                '{}'
            )
            into _v_referenced
            from (
                select t.ctid as place
                from market.newest_tag as t
                where
                    (t.newest_id) in (
                        select v.id
                        from market_stage.newest_decision as v
                        where v._outcome = 'u'
                    )
                    and not exists (
                        select 1 from market_build.newest_tag as b
                        inner join market_stage.newest_decision as v on v._rec = b._rec
                        where
                            v._outcome = 'u'
                            and b.newest_id = t.newest_id
                            and b.ordinal = t.ordinal
                    )
                offset 0
            ) as s;
            perform loader.report_surplus(_p_load, 'newest_tag', cardinality(_v_referenced));
        end if;
        -- Of the rows that a statement writes, whose children they are: history says so.
        with written as (

            delete from market.newest_tag as t
                where
                    (t.newest_id) in (
                        select v.id
                        from market_stage.newest_decision as v
                        where v._outcome = 'u'
                    )
                    and not exists (
                        select 1 from market_build.newest_tag as b
                        inner join market_stage.newest_decision as v on v._rec = b._rec
                        where
                            v._outcome = 'u'
                            and b.newest_id = t.newest_id
                            and b.ordinal = t.ordinal
                    )
                    and t.ctid <> all(_v_referenced)
            returning t.newest_id
        )
        insert into market_stage.newest_touched (id, _table)
        select distinct
            w.newest_id,
            1
        from written as w;
        -- Of the rows that a statement writes, whose children they are: history says so.
        with written as (
            -- Only rows that differ: ON CONFLICT would lock, and so write, those that do not.
            insert into market.newest_tag as t (
                newest_id, ordinal, tag, weight
            )
            select
                b.newest_id, b.ordinal, b.tag, b.weight
            from market_build.newest_tag as b
            where
                b._rec in (
                    select v._rec from market_stage.newest_decision as v
                    where v._outcome = 'u'
                )
                and not exists (
                    select 1 from market.newest_tag as o
                    where
                        o.newest_id = b.newest_id
                        and o.ordinal = b.ordinal
                        and (o.tag, o.weight)
                        is not distinct from
                        (b.tag, b.weight)
                )
            order by b.newest_id, b.ordinal
            on conflict (newest_id, ordinal) do update set
                tag = excluded.tag,
                weight = excluded.weight
            returning t.newest_id
        )
        insert into market_stage.newest_touched (id, _table)
        select distinct
            w.newest_id,
            1
        from written as w;
        -- Child tables follow the root's columns in what changed.
        update market_history.newest_change as h
        set columns = h.columns || r.names
        from (
            select
                u.id,
                array_agg(u.name order by u.place) as names
            from (
                select distinct
                    o.id,
                    n.name,
                    n.place
                from market_stage.newest_touched as o
                inner join unnest(array[
                    'newest_tag'
                ]::text[]) with ordinality as n (name, place) on n.place = o._table
            ) as u
            group by u.id
        ) as r
        where h.load_id = _p_load and h.id = r.id;
    end if;
    call market_stage.drop_absent_newest(_p_load);
    if exists (
        select 1 from market_stage.newest_decision as v
        where v._outcome = 'x'
    ) then
        delete from market.newest_tag as t
        where (t.newest_id) in (
            select v.id
            from market_stage.newest_decision as v
            where v._outcome = 'x'
        );
        delete from market.newest as t
        where (t.id) in (
            select v.id
            from market_stage.newest_decision as v
            where v._outcome = 'x'
        );
    end if;
    -- Until now what stands in the build counted as inserted, all else as unchanged.
    with counted as (
        select
            v._chunk as chunk_id,
            count(*) filter (where v._outcome = 'i') - count(*) filter (where v._staged) as inserted,
            count(*) filter (where v._outcome = 'u') as updated,
            count(*) filter (where v._outcome = 'n') - count(*) filter (where not v._staged) as unchanged,
            count(*) filter (where v._outcome = 'd') as duplicate
        from market_stage.newest_decision as v
        where v._chunk is not null
        group by v._chunk
    )
    update loader.chunk as c set
        inserted = c.inserted + d.inserted,
        updated = c.updated + d.updated,
        unchanged = c.unchanged + d.unchanged,
        duplicate = c.duplicate + d.duplicate
    from counted as d
    where d.chunk_id = c.chunk_id;
    -- What was parsed and turned out to equal its row was found unchanged as well.
    insert into market_stage.newest_key_log as s (
        chunk_id, id, record, outcome
    )
    select
        v._chunk,
        array_agg(v.id order by v._record),
        array_agg(v._record order by v._record),
        repeat('n', count(*)::integer)
    from market_stage.newest_decision as v
    where v._outcome = 'n' and v._staged
    group by v._chunk
    on conflict (chunk_id) do update set
        id = s.id || excluded.id,
        record = s.record || excluded.record,
        outcome = s.outcome || excluded.outcome;
    -- The first conflicts by key: which version won, and why.
    insert into loader.conflict (
        load_id, entity, key, winner_source, winner_record, loser_source, loser_record, why
    )
    select
        _p_load,
        'newest',
        jsonb_build_object(
            'id', c.id
        ),
        w.source_id as winner_source,
        case when w.source_id is not null then c._winner_record end,
        c._source,
        c._record,
        loader.why_wins(c._winner_source, c._source)
    from (
        select l.*
        from (
            -- Versions that another one of this load, or the row that is there, went before.
            select
                v.*,
                case when v._version > 1 and w._outcome <> 'd' then w._source else v._old_source end as _winner_source,
                case when v._version > 1 and w._outcome <> 'd' then w._record else v._old_record end as _winner_record
            from market_stage.newest_decision as v
            left join market_stage.newest_decision as w
                on w._version = 1
                and w._chunk is not null
                and v._version > 1
                and w.id = v.id
            where v._outcome = 'd'
        ) as l
        order by l.id, l._source, l._record
        limit 100
    ) as c
    left join loader.source as w on w.source_id = c._winner_source;
end
$$;
comment on procedure market_stage.apply_newest(bigint, boolean) is
'Writes what was decided about newest records into the tables, by difference.';

-- sql/dataset/resolve/resolve_entity.sql, mapping 116b0f95aecc
create or replace procedure market_stage.resolve_newest(_p_load bigint, inout _p_held jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Removes from the build every version of a newest but the winner, with its children.
-- _p_held: rows of each table, which become fewer. Called by loader.resolve_build when every chunk is done.
#variable_conflict use_column
declare
    _v_sources bigint[];
    _v_records bigint[];
    _v_losers bigint[];
    _v_rows bigint;
begin
    with twice as (
        select r.id
        from market_build.newest as r
        group by r.id
        having count(*) > 1
    ), ranked as (
        select
            r._source,
            r._record,
            row_number() over (
                partition by r.id
                order by o.place desc, r._record desc
            ) as rank_of_version
        from market_build.newest as r
        inner join twice as w on w.id = r.id
        inner join loader.source_ranks('market', 'newest') as o
            on o.source_id = r._source
    )
    select
        array_agg(r._source::bigint),
        array_agg(r._record),
        array_agg(loader.record_id(r._source, r._record))
    into _v_sources, _v_records, _v_losers
    from ranked as r
    where r.rank_of_version > 1;
    if _v_losers is null then
        return;
    end if;
    update loader.load as l set conflicts = l.conflicts + cardinality(_v_losers) where l.load_id = _p_load;
    -- The first conflicts by key: which version won, and why.
    insert into loader.conflict (
        load_id, entity, key, winner_source, winner_record, loser_source, loser_record, why
    )
    select
        _p_load,
        'newest',
        jsonb_build_object(
            'id', c.id
        ),
        w.source_id as winner_source,
        case when w.source_id is not null then c._winner_record end,
        c._source,
        c._record,
        loader.why_wins(c._winner_source, c._source)
    from (
        select l.*
        from (
            -- Versions that are about to leave the build, beside those that stay.
            select
                o.*,
                w._source as _winner_source,
                w._record as _winner_record
            from market_build.newest as o
            inner join market_build.newest as w on w.id = o.id
            where
                loader.record_id(o._source, o._record) in (select unnest(_v_losers))
                and loader.record_id(w._source, w._record) not in (select unnest(_v_losers))
        ) as l
        order by l.id, l._source, l._record
        limit 100
    ) as c
    left join loader.source as w on w.source_id = c._winner_source;
    delete from market_build.newest as t
    where loader.record_id(t._source, t._record) in (select unnest(_v_losers));
    get diagnostics _v_rows = row_count;
    _p_held := loader.add_counts(_p_held, jsonb_build_object('newest', -_v_rows));
    delete from market_build.newest_tag as t
    where t._rec in (select unnest(_v_losers));
    get diagnostics _v_rows = row_count;
    _p_held := loader.add_counts(_p_held, jsonb_build_object('newest_tag', -_v_rows));
    perform loader.count_losers(_v_sources, _v_records);
end
$$;
comment on procedure market_stage.resolve_newest(bigint, jsonb) is
'Removes from the build every version of a newest but the winner.';

-- sql/dataset/decide/decide_entity.sql, mapping 116b0f95aecc
create or replace procedure market_stage.decide_oldest(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Decides about every oldest that a load read: which version of a key wins, and whether it goes before the row
-- that is there. Writes nothing but oldest_decision. Called by loader.apply_load.
#variable_conflict use_column
declare
    _v_confirming bigint[] := loader.confirming_chunks(_p_load, 'first');
    _v_late bigint[] := loader.out_of_order_sources(_p_load, 'oldest');
begin
    truncate
        market_stage.oldest_decision,
        market_stage.oldest_touched;
    -- Every record that the build holds, beside the row that has its key in the tables.
    with places as materialized (
        select
            p.source_id,
            p.place
        from loader.source_ranks('market', 'first') as p
    ), planned as materialized (
        select c.* from loader.chunks_of_records(_p_load) as c
    )
    insert into market_stage.oldest_decision (
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
    from market_build.oldest as b
    inner join planned as c on c.source_id = b._source
    inner join places as p on p.source_id = b._source
    left join market.oldest as t on t.id = b.id
    left join places as o on o.source_id = t._source;
    -- Records that equal their rows, hence are not in the build, where their key came once more.
    with noted as not materialized (
        select
            c.chunk_id,
            c.source_id,
            u.*
        from loader.chunk as c
        inner join market_stage.oldest_key_log as s on s.chunk_id = c.chunk_id
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
        from market_stage.oldest_decision as v
    )
    insert into market_stage.oldest_decision (
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
    inner join market.oldest as t on t.id = n.id
    inner join loader.source_ranks('market', 'first') as p
        on p.source_id = n.source_id
    left join loader.source_ranks('market', 'first') as o
        on o.source_id = t._source;
    if _v_late <> '{}' then
        -- A whole newer dump has decided about every key but those that it rejected itself.
        with undecided as materialized (
            select u.*
            from market_stage.undecided_oldest(_p_load) as u
        )
        update market_stage.oldest_decision as v
        set _is_out_of_order = true
        where
            v._source = any(_v_late)
            and not exists (
                select 1 from undecided as u
                where u.source_id = v._source and u.id = v.id
            );
    end if;
    -- Versions of one key in this load, the winner first. A late one goes before none of a file without a date.
    update market_stage.oldest_decision as v set _version = r.version
    from (
        select
            w._rec,
            row_number() over (
                partition by w.id
                order by w._is_out_of_order, w._place desc, w._record asc
            ) as version
        from market_stage.oldest_decision as w
        inner join (
            select m.id
            from market_stage.oldest_decision as m
            group by m.id
            having count(*) > 1
        ) as m on m.id = w.id
    ) as r
    where r._rec = v._rec and r.version > 1;
    if _v_confirming <> '{}' then
        -- What a source of another load found unchanged stands as high as that source, as long as the row is still the
        -- one that it saw.
        update market_stage.oldest_decision as v
        set _old_rank = greatest(v._old_rank, r.place)
        from (
            select
                w._rec,
                max(p.place) as place
            from market_stage.oldest_key_log as s
            inner join loader.chunk as c on c.chunk_id = s.chunk_id
            inner join loader.source_ranks('market', 'first') as p
                on p.source_id = c.source_id
            cross join lateral unnest(s.id, string_to_array(s.outcome, null))
                as u (id, outcome)
            inner join market_stage.oldest_decision as w
                on w.id = u.id
            inner join loader.source as o on o.source_id = w._old_source
            where s.chunk_id = any(_v_confirming) and u.outcome = 'n' and c.load_id > o.load_id
            group by w._rec
        ) as r
        where r._rec = v._rec;
    end if;
    -- Of each key its winner in this load against the row that is there: policy first.
    update market_stage.oldest_decision as v
    set
        _outcome = case
            when v._version > 1 then 'd'
            when v._old_hash is null then case when v._is_out_of_order then 'd' else 'i' end
            when v._old_hash = v._hash then case when v._was_marked and not v._is_out_of_order then 'u' else 'n' end
            when v._place > v._old_rank then 'u'
            when v._place = v._old_rank and v._old_hash = loader.unknown_hash() then 'u'
            else 'd'
        end;
    -- Plans of what follows depend on how many of each outcome there are.
    perform loader.gather_statistics(
        'market_stage.oldest_decision'::regclass
    );
end
$$;
comment on procedure market_stage.decide_oldest(bigint) is
'Decides about every oldest that a load read.';
create or replace procedure market_stage.pick_absent_oldest(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Adds to oldest_decision the rows that a complete load no longer holds. A record that it rejected is not gone,
-- nor one that another dump, which is not older, has found unchanged.
-- When it comes late, newer ones have decided about all keys but those that they rejected. Called by
-- loader.pick_absent.
declare
    _v_confirming bigint[] := loader.not_older_chunks(_p_load, 'oldest');
    _v_older bigint[] := loader.older_sources(_p_load, 'oldest');
    _v_late bigint[] := array(
        select distinct n.source_id
        from loader.newer_snapshots(_p_load, 'oldest') as n
        where n.is_complete
    );
begin
    if
        _v_older = '{}'
        or _v_late <> '{}' and not exists (
            select 1 from market_stage.undecided_oldest(_p_load, true)
        )
    then
        return;
    end if;
    -- Rows whose key this load has not read, not even in a record that it rejected.
    insert into market_stage.oldest_decision (
        id, _old_source, _old_record, _old_hash, _outcome
    )
    select
        t.id,
        t._source,
        t._record,
        t._hash,
        'g'
    from market.oldest as t
    where
        not exists (
            select 1 from market_stage.oldest_decision as v
            where v.id = t.id
        )
        and (t.id) not in (
            select r.id
            from market_stage.rejected_oldest(array[_p_load]) as r
        )
        and not exists (
            select 1
            from loader.chunk as c
            inner join market_stage.oldest_key_log as s on s.chunk_id = c.chunk_id
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
                from market_stage.undecided_oldest(_p_load, true) as u
                group by u.id
                having count(*) = cardinality(_v_late)
            )
        );
end
$$;
comment on procedure market_stage.pick_absent_oldest(bigint) is
'Adds the rows that a complete load no longer holds to what was decided.';

-- sql/dataset/apply/apply_entity.sql, mapping 116b0f95aecc
create or replace procedure market_stage.drop_absent_oldest(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Deletes the rows that oldest_decision says are gone. Called by
-- apply_oldest and loader.remove_absent.
#variable_conflict use_column
begin
    if not exists (
        select 1 from market_stage.oldest_decision as v
        where v._outcome = 'g'
    ) then
        return;
    end if;
    delete from market.oldest_tag as t
    where (t.oldest_id) in (
        select v.id
        from market_stage.oldest_decision as v
        where v._outcome = 'g'
    );
    delete from market.oldest as t
    where (t.id) in (
        select v.id
        from market_stage.oldest_decision as v
        where v._outcome = 'g'
    );
end
$$;
comment on procedure market_stage.drop_absent_oldest(bigint) is
'Deletes the oldest rows that a complete load no longer holds.';
create or replace procedure market_stage.apply_oldest(_p_load bigint, _p_history boolean)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Writes what oldest_decision says into market, by difference, and notes what changed.
-- _p_history: whether the versions before are kept. Called by loader.apply_load, in the one transaction that shows the
-- load to readers, and by loader.rollback.
declare
    _v_referenced tid[];
begin
    -- What is about to change, and, where history is kept, what it was.
    insert into market_history.oldest_change (
        load_id, id, op, columns,
        source_before, record_before, hash_before, source_after, record_after, hash_after, before
    )
    select
        _p_load,
        v.id,
        case v._outcome
            when 'i' then 'insert'
            when 'u' then 'update'
            else 'delete'
        end,
        case
            when v._outcome = 'u' then array_remove(array[
                case
                    when t.name
                        is distinct from b.name
                    then 'name'
                end,
                case
                    when t.price::text
                        is distinct from b.price::text
                    then 'price'
                end,
                case
                    when t.seen
                        is distinct from b.seen
                    then 'seen'
                end,
                case
                    when t.colours
                        is distinct from b.colours
                    then 'colours'
                end
            ]::text[], null)
        end,
        v._old_source,
        v._old_record,
        v._old_hash,
        v._source,
        v._record,
        v._hash,
        case
            when _p_history and v._outcome <> 'i'
                then market_stage.version_of_oldest(v.id)
        end
    from market_stage.oldest_decision as v
    left join market_build.oldest as b
        on b._source = v._source and b._record = v._record
    left join market.oldest as t
        on v._outcome <> 'i' and t.id = v.id
    where v._outcome in ('i', 'u', 'g', 'x');
    if _p_history then
        perform loader.keep_users_columns(_p_load, 'oldest');
    end if;
    -- In key order, so that it does not deadlock with others that write these rows.
    insert into market.oldest as t (
        id, name, price, seen, colours, _source, _record, _hash
    )
    select
        b.id, b.name, b.price, b.seen, b.colours, b._source, b._record, b._hash
    from market_build.oldest as b
    where loader.record_id(b._source, b._record) in (
        select v._rec from market_stage.oldest_decision as v
        where v._outcome in ('i', 'u')
    )
    order by b.id
    on conflict (id) do update set
        name = excluded.name,
        price = excluded.price,
        seen = excluded.seen,
        colours = excluded.colours,
        _source = excluded._source,
        _record = excluded._record,
        _hash = excluded._hash;
    if exists (
        select 1 from market_stage.oldest_decision as v
        where v._outcome = 'i'
    ) then
        begin
            insert into market.oldest_tag (
                oldest_id, ordinal, tag, weight
            )
            select
                b.oldest_id, b.ordinal, b.tag, b.weight
            from market_build.oldest_tag as b
            where
                b._rec in (
                    select v._rec from market_stage.oldest_decision as v
                    where v._outcome = 'i'
                );
        exception
            when unique_violation then
                -- Somebody has deleted roots without their children.
                delete from market.oldest_tag as t
                where (t.oldest_id) in (
                    select v.id
                    from market_stage.oldest_decision as v
                    where v._outcome = 'i'
                );
                insert into market.oldest_tag (
                    oldest_id, ordinal, tag, weight
                )
                select
                    b.oldest_id, b.ordinal, b.tag, b.weight
                from market_build.oldest_tag as b
                where
                    b._rec in (
                        select v._rec from market_stage.oldest_decision as v
                        where v._outcome = 'i'
                    );
        end;
    end if;
    if exists (
        select 1 from market_stage.oldest_decision as v
        where v._outcome = 'u'
    ) then
        _v_referenced := '{}';
        if loader.reference_guard('market.oldest_tag'::regclass, 't') <> '' then

            -- Rows that changed records no longer have, but that others refer to.
            select coalesce(
                array_agg(s.place) filter (
                    where loader.is_referenced('market.oldest_tag'::regclass, s.place)
                ),
                '{}'
            )
            into _v_referenced
            from (
                select t.ctid as place
                from market.oldest_tag as t
                where
                    (t.oldest_id) in (
                        select v.id
                        from market_stage.oldest_decision as v
                        where v._outcome = 'u'
                    )
                    and not exists (
                        select 1 from market_build.oldest_tag as b
                        inner join market_stage.oldest_decision as v on v._rec = b._rec
                        where
                            v._outcome = 'u'
                            and b.oldest_id = t.oldest_id
                            and b.ordinal = t.ordinal
                    )
                offset 0
            ) as s;
            perform loader.report_surplus(_p_load, 'oldest_tag', cardinality(_v_referenced));
        end if;
        -- Of the rows that a statement writes, whose children they are: history says so.
        with written as (

            delete from market.oldest_tag as t
                where
                    (t.oldest_id) in (
                        select v.id
                        from market_stage.oldest_decision as v
                        where v._outcome = 'u'
                    )
                    and not exists (
                        select 1 from market_build.oldest_tag as b
                        inner join market_stage.oldest_decision as v on v._rec = b._rec
                        where
                            v._outcome = 'u'
                            and b.oldest_id = t.oldest_id
                            and b.ordinal = t.ordinal
                    )
                    and t.ctid <> all(_v_referenced)
            returning t.oldest_id
        )
        insert into market_stage.oldest_touched (id, _table)
        select distinct
            w.oldest_id,
            1
        from written as w;
        -- Of the rows that a statement writes, whose children they are: history says so.
        with written as (
            -- Only rows that differ: ON CONFLICT would lock, and so write, those that do not.
            insert into market.oldest_tag as t (
                oldest_id, ordinal, tag, weight
            )
            select
                b.oldest_id, b.ordinal, b.tag, b.weight
            from market_build.oldest_tag as b
            where
                b._rec in (
                    select v._rec from market_stage.oldest_decision as v
                    where v._outcome = 'u'
                )
                and not exists (
                    select 1 from market.oldest_tag as o
                    where
                        o.oldest_id = b.oldest_id
                        and o.ordinal = b.ordinal
                        and (o.tag, o.weight)
                        is not distinct from
                        (b.tag, b.weight)
                )
            order by b.oldest_id, b.ordinal
            on conflict (oldest_id, ordinal) do update set
                tag = excluded.tag,
                weight = excluded.weight
            returning t.oldest_id
        )
        insert into market_stage.oldest_touched (id, _table)
        select distinct
            w.oldest_id,
            1
        from written as w;
        -- Child tables follow the root's columns in what changed.
        update market_history.oldest_change as h
        set columns = h.columns || r.names
        from (
            select
                u.id,
                array_agg(u.name order by u.place) as names
            from (
                select distinct
                    o.id,
                    n.name,
                    n.place
                from market_stage.oldest_touched as o
                inner join unnest(array[
                    'oldest_tag'
                ]::text[]) with ordinality as n (name, place) on n.place = o._table
            ) as u
            group by u.id
        ) as r
        where h.load_id = _p_load and h.id = r.id;
    end if;
    call market_stage.drop_absent_oldest(_p_load);
    if exists (
        select 1 from market_stage.oldest_decision as v
        where v._outcome = 'x'
    ) then
        delete from market.oldest_tag as t
        where (t.oldest_id) in (
            select v.id
            from market_stage.oldest_decision as v
            where v._outcome = 'x'
        );
        delete from market.oldest as t
        where (t.id) in (
            select v.id
            from market_stage.oldest_decision as v
            where v._outcome = 'x'
        );
    end if;
    -- Until now what stands in the build counted as inserted, all else as unchanged.
    with counted as (
        select
            v._chunk as chunk_id,
            count(*) filter (where v._outcome = 'i') - count(*) filter (where v._staged) as inserted,
            count(*) filter (where v._outcome = 'u') as updated,
            count(*) filter (where v._outcome = 'n') - count(*) filter (where not v._staged) as unchanged,
            count(*) filter (where v._outcome = 'd') as duplicate
        from market_stage.oldest_decision as v
        where v._chunk is not null
        group by v._chunk
    )
    update loader.chunk as c set
        inserted = c.inserted + d.inserted,
        updated = c.updated + d.updated,
        unchanged = c.unchanged + d.unchanged,
        duplicate = c.duplicate + d.duplicate
    from counted as d
    where d.chunk_id = c.chunk_id;
    -- What was parsed and turned out to equal its row was found unchanged as well.
    insert into market_stage.oldest_key_log as s (
        chunk_id, id, record, outcome
    )
    select
        v._chunk,
        array_agg(v.id order by v._record),
        array_agg(v._record order by v._record),
        repeat('n', count(*)::integer)
    from market_stage.oldest_decision as v
    where v._outcome = 'n' and v._staged
    group by v._chunk
    on conflict (chunk_id) do update set
        id = s.id || excluded.id,
        record = s.record || excluded.record,
        outcome = s.outcome || excluded.outcome;
    -- The first conflicts by key: which version won, and why.
    insert into loader.conflict (
        load_id, entity, key, winner_source, winner_record, loser_source, loser_record, why
    )
    select
        _p_load,
        'oldest',
        jsonb_build_object(
            'id', c.id
        ),
        w.source_id as winner_source,
        case when w.source_id is not null then c._winner_record end,
        c._source,
        c._record,
        loader.why_wins(c._winner_source, c._source)
    from (
        select l.*
        from (
            -- Versions that another one of this load, or the row that is there, went before.
            select
                v.*,
                case when v._version > 1 and w._outcome <> 'd' then w._source else v._old_source end as _winner_source,
                case when v._version > 1 and w._outcome <> 'd' then w._record else v._old_record end as _winner_record
            from market_stage.oldest_decision as v
            left join market_stage.oldest_decision as w
                on w._version = 1
                and w._chunk is not null
                and v._version > 1
                and w.id = v.id
            where v._outcome = 'd'
        ) as l
        order by l.id, l._source, l._record
        limit 100
    ) as c
    left join loader.source as w on w.source_id = c._winner_source;
end
$$;
comment on procedure market_stage.apply_oldest(bigint, boolean) is
'Writes what was decided about oldest records into the tables, by difference.';

-- sql/dataset/resolve/resolve_entity.sql, mapping 116b0f95aecc
create or replace procedure market_stage.resolve_oldest(_p_load bigint, inout _p_held jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Removes from the build every version of a oldest but the winner, with its children.
-- _p_held: rows of each table, which become fewer. Called by loader.resolve_build when every chunk is done.
#variable_conflict use_column
declare
    _v_sources bigint[];
    _v_records bigint[];
    _v_losers bigint[];
    _v_rows bigint;
begin
    with twice as (
        select r.id
        from market_build.oldest as r
        group by r.id
        having count(*) > 1
    ), ranked as (
        select
            r._source,
            r._record,
            row_number() over (
                partition by r.id
                order by o.place desc, r._record asc
            ) as rank_of_version
        from market_build.oldest as r
        inner join twice as w on w.id = r.id
        inner join loader.source_ranks('market', 'first') as o
            on o.source_id = r._source
    )
    select
        array_agg(r._source::bigint),
        array_agg(r._record),
        array_agg(loader.record_id(r._source, r._record))
    into _v_sources, _v_records, _v_losers
    from ranked as r
    where r.rank_of_version > 1;
    if _v_losers is null then
        return;
    end if;
    update loader.load as l set conflicts = l.conflicts + cardinality(_v_losers) where l.load_id = _p_load;
    -- The first conflicts by key: which version won, and why.
    insert into loader.conflict (
        load_id, entity, key, winner_source, winner_record, loser_source, loser_record, why
    )
    select
        _p_load,
        'oldest',
        jsonb_build_object(
            'id', c.id
        ),
        w.source_id as winner_source,
        case when w.source_id is not null then c._winner_record end,
        c._source,
        c._record,
        loader.why_wins(c._winner_source, c._source)
    from (
        select l.*
        from (
            -- Versions that are about to leave the build, beside those that stay.
            select
                o.*,
                w._source as _winner_source,
                w._record as _winner_record
            from market_build.oldest as o
            inner join market_build.oldest as w on w.id = o.id
            where
                loader.record_id(o._source, o._record) in (select unnest(_v_losers))
                and loader.record_id(w._source, w._record) not in (select unnest(_v_losers))
        ) as l
        order by l.id, l._source, l._record
        limit 100
    ) as c
    left join loader.source as w on w.source_id = c._winner_source;
    delete from market_build.oldest as t
    where loader.record_id(t._source, t._record) in (select unnest(_v_losers));
    get diagnostics _v_rows = row_count;
    _p_held := loader.add_counts(_p_held, jsonb_build_object('oldest', -_v_rows));
    delete from market_build.oldest_tag as t
    where t._rec in (select unnest(_v_losers));
    get diagnostics _v_rows = row_count;
    _p_held := loader.add_counts(_p_held, jsonb_build_object('oldest_tag', -_v_rows));
    perform loader.count_losers(_v_sources, _v_records);
end
$$;
comment on procedure market_stage.resolve_oldest(bigint, jsonb) is
'Removes from the build every version of a oldest but the winner.';

-- sql/dataset/decide/decide_entity.sql, mapping 116b0f95aecc
create or replace procedure market_stage.decide_latest(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Decides about every latest that a load read: which version of a key wins, and whether it goes before the row
-- that is there. Writes nothing but latest_decision. Called by loader.apply_load.
#variable_conflict use_column
declare
    _v_confirming bigint[] := loader.confirming_chunks(_p_load, 'latest_by');
    _v_late bigint[] := loader.out_of_order_sources(_p_load, 'latest');
begin
    truncate
        market_stage.latest_decision,
        market_stage.latest_touched;
    -- Every record that the build holds, beside the row that has its key in the tables.
    with places as materialized (
        select
            p.source_id,
            p.place
        from loader.source_ranks('market', 'latest_by') as p
    ), planned as materialized (
        select c.* from loader.chunks_of_records(_p_load) as c
    )
    insert into market_stage.latest_decision (
        id, _chunk, _source, _record, _rec, _hash, _place, _staged,
        _latest, _old_latest, _old_source, _old_record, _old_hash, _old_rank,
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
        b.name,
        t.name,
        t._source as _old_source,
        t._record as _old_record,
        t._hash as _old_hash,
        coalesce(o.place, -1) as _old_rank,
        false
    from market_build.latest as b
    inner join planned as c on c.source_id = b._source
    inner join places as p on p.source_id = b._source
    left join market.latest as t on t.id = b.id
    left join places as o on o.source_id = t._source;
    -- Records that equal their rows, hence are not in the build, where their key came once more.
    with noted as not materialized (
        select
            c.chunk_id,
            c.source_id,
            u.*
        from loader.chunk as c
        inner join market_stage.latest_key_log as s on s.chunk_id = c.chunk_id
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
        from market_stage.latest_decision as v
    )
    insert into market_stage.latest_decision (
        id, _chunk, _source, _record, _rec, _hash, _place,
        _latest, _old_latest, _old_source, _old_record, _old_hash, _old_rank
    )
    select
        n.id,
        n.chunk_id,
        n.source_id,
        n.record,
        loader.record_id(n.source_id, n.record),
        t._hash,
        p.place,
        t.name,
        t.name,
        t._source,
        t._record,
        t._hash as _old_hash,
        coalesce(o.place, -1) as _old_rank
    from noted as n
    inner join more_than_once as m on m.id = n.id
    inner join market.latest as t on t.id = n.id
    inner join loader.source_ranks('market', 'latest_by') as p
        on p.source_id = n.source_id
    left join loader.source_ranks('market', 'latest_by') as o
        on o.source_id = t._source;
    if _v_late <> '{}' then
        -- A whole newer dump has decided about every key but those that it rejected itself.
        with undecided as materialized (
            select u.*
            from market_stage.undecided_latest(_p_load) as u
        )
        update market_stage.latest_decision as v
        set _is_out_of_order = true
        where
            v._source = any(_v_late)
            and not exists (
                select 1 from undecided as u
                where u.source_id = v._source and u.id = v.id
            );
    end if;
    -- Versions of one key in this load, the winner first. A late one goes before none of a file without a date.
    update market_stage.latest_decision as v set _version = r.version
    from (
        select
            w._rec,
            row_number() over (
                partition by w.id
                order by w._latest desc nulls last, w._place desc, w._record desc
            ) as version
        from market_stage.latest_decision as w
        inner join (
            select m.id
            from market_stage.latest_decision as m
            group by m.id
            having count(*) > 1
        ) as m on m.id = w.id
    ) as r
    where r._rec = v._rec and r.version > 1;
    if _v_confirming <> '{}' then
        -- What a source of another load found unchanged stands as high as that source, as long as the row is still the
        -- one that it saw.
        update market_stage.latest_decision as v
        set _old_rank = greatest(v._old_rank, r.place)
        from (
            select
                w._rec,
                max(p.place) as place
            from market_stage.latest_key_log as s
            inner join loader.chunk as c on c.chunk_id = s.chunk_id
            inner join loader.source_ranks('market', 'latest_by') as p
                on p.source_id = c.source_id
            cross join lateral unnest(s.id, string_to_array(s.outcome, null))
                as u (id, outcome)
            inner join market_stage.latest_decision as w
                on w.id = u.id
            inner join loader.source as o on o.source_id = w._old_source
            where s.chunk_id = any(_v_confirming) and u.outcome = 'n' and c.load_id > o.load_id
            group by w._rec
        ) as r
        where r._rec = v._rec;
    end if;
    -- Of each key its winner in this load against the row that is there: policy latest_by.
    update market_stage.latest_decision as v
    set
        _outcome = case
            when v._version > 1 then 'd'
            when v._old_hash is null then case when v._is_out_of_order then 'd' else 'i' end
            when v._old_hash = v._hash then case when v._was_marked and not v._is_out_of_order then 'u' else 'n' end
            when v._latest > v._old_latest or (v._latest is not null and v._old_latest is null) then 'u'
            when v._latest is distinct from v._old_latest then 'd'
            when v._place > v._old_rank then 'u'
            when v._place = v._old_rank and v._old_hash = loader.unknown_hash() then 'u'
            else 'd'
        end;
    -- Plans of what follows depend on how many of each outcome there are.
    perform loader.gather_statistics(
        'market_stage.latest_decision'::regclass
    );
end
$$;
comment on procedure market_stage.decide_latest(bigint) is
'Decides about every latest that a load read.';
create or replace procedure market_stage.pick_absent_latest(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Adds to latest_decision the rows that a complete load no longer holds. A record that it rejected is not gone,
-- nor one that another dump, which is not older, has found unchanged.
-- When it comes late, newer ones have decided about all keys but those that they rejected. Called by
-- loader.pick_absent.
declare
    _v_confirming bigint[] := loader.not_older_chunks(_p_load, 'latest');
    _v_older bigint[] := loader.older_sources(_p_load, 'latest');
    _v_late bigint[] := array(
        select distinct n.source_id
        from loader.newer_snapshots(_p_load, 'latest') as n
        where n.is_complete
    );
begin
    if
        _v_older = '{}'
        or _v_late <> '{}' and not exists (
            select 1 from market_stage.undecided_latest(_p_load, true)
        )
    then
        return;
    end if;
    -- Rows whose key this load has not read, not even in a record that it rejected.
    insert into market_stage.latest_decision (
        id, _old_source, _old_record, _old_hash, _outcome
    )
    select
        t.id,
        t._source,
        t._record,
        t._hash,
        'g'
    from market.latest as t
    where
        not exists (
            select 1 from market_stage.latest_decision as v
            where v.id = t.id
        )
        and (t.id) not in (
            select r.id
            from market_stage.rejected_latest(array[_p_load]) as r
        )
        and not exists (
            select 1
            from loader.chunk as c
            inner join market_stage.latest_key_log as s on s.chunk_id = c.chunk_id
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
                from market_stage.undecided_latest(_p_load, true) as u
                group by u.id
                having count(*) = cardinality(_v_late)
            )
        );
end
$$;
comment on procedure market_stage.pick_absent_latest(bigint) is
'Adds the rows that a complete load no longer holds to what was decided.';

-- sql/dataset/apply/apply_entity.sql, mapping 116b0f95aecc
create or replace procedure market_stage.drop_absent_latest(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Deletes the rows that latest_decision says are gone. Called by
-- apply_latest and loader.remove_absent.
#variable_conflict use_column
begin
    if not exists (
        select 1 from market_stage.latest_decision as v
        where v._outcome = 'g'
    ) then
        return;
    end if;
    delete from market.latest_tag as t
    where (t.latest_id) in (
        select v.id
        from market_stage.latest_decision as v
        where v._outcome = 'g'
    );
    delete from market.latest as t
    where (t.id) in (
        select v.id
        from market_stage.latest_decision as v
        where v._outcome = 'g'
    );
end
$$;
comment on procedure market_stage.drop_absent_latest(bigint) is
'Deletes the latest rows that a complete load no longer holds.';
create or replace procedure market_stage.apply_latest(_p_load bigint, _p_history boolean)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Writes what latest_decision says into market, by difference, and notes what changed.
-- _p_history: whether the versions before are kept. Called by loader.apply_load, in the one transaction that shows the
-- load to readers, and by loader.rollback.
declare
    _v_referenced tid[];
begin
    -- What is about to change, and, where history is kept, what it was.
    insert into market_history.latest_change (
        load_id, id, op, columns,
        source_before, record_before, hash_before, source_after, record_after, hash_after, before
    )
    select
        _p_load,
        v.id,
        case v._outcome
            when 'i' then 'insert'
            when 'u' then 'update'
            else 'delete'
        end,
        case
            when v._outcome = 'u' then array_remove(array[
                case
                    when t.name
                        is distinct from b.name
                    then 'name'
                end,
                case
                    when t.price::text
                        is distinct from b.price::text
                    then 'price'
                end,
                case
                    when t.seen
                        is distinct from b.seen
                    then 'seen'
                end,
                case
                    when t.colours
                        is distinct from b.colours
                    then 'colours'
                end
            ]::text[], null)
        end,
        v._old_source,
        v._old_record,
        v._old_hash,
        v._source,
        v._record,
        v._hash,
        case
            when _p_history and v._outcome <> 'i'
                then market_stage.version_of_latest(v.id)
        end
    from market_stage.latest_decision as v
    left join market_build.latest as b
        on b._source = v._source and b._record = v._record
    left join market.latest as t
        on v._outcome <> 'i' and t.id = v.id
    where v._outcome in ('i', 'u', 'g', 'x');
    if _p_history then
        perform loader.keep_users_columns(_p_load, 'latest');
    end if;
    -- In key order, so that it does not deadlock with others that write these rows.
    insert into market.latest as t (
        id, name, price, seen, colours, _source, _record, _hash
    )
    select
        b.id, b.name, b.price, b.seen, b.colours, b._source, b._record, b._hash
    from market_build.latest as b
    where loader.record_id(b._source, b._record) in (
        select v._rec from market_stage.latest_decision as v
        where v._outcome in ('i', 'u')
    )
    order by b.id
    on conflict (id) do update set
        name = excluded.name,
        price = excluded.price,
        seen = excluded.seen,
        colours = excluded.colours,
        _source = excluded._source,
        _record = excluded._record,
        _hash = excluded._hash;
    if exists (
        select 1 from market_stage.latest_decision as v
        where v._outcome = 'i'
    ) then
        begin
            insert into market.latest_tag (
                latest_id, ordinal, tag, weight
            )
            select
                b.latest_id, b.ordinal, b.tag, b.weight
            from market_build.latest_tag as b
            where
                b._rec in (
                    select v._rec from market_stage.latest_decision as v
                    where v._outcome = 'i'
                );
        exception
            when unique_violation then
                -- Somebody has deleted roots without their children.
                delete from market.latest_tag as t
                where (t.latest_id) in (
                    select v.id
                    from market_stage.latest_decision as v
                    where v._outcome = 'i'
                );
                insert into market.latest_tag (
                    latest_id, ordinal, tag, weight
                )
                select
                    b.latest_id, b.ordinal, b.tag, b.weight
                from market_build.latest_tag as b
                where
                    b._rec in (
                        select v._rec from market_stage.latest_decision as v
                        where v._outcome = 'i'
                    );
        end;
    end if;
    if exists (
        select 1 from market_stage.latest_decision as v
        where v._outcome = 'u'
    ) then
        _v_referenced := '{}';
        if loader.reference_guard('market.latest_tag'::regclass, 't') <> '' then

            -- Rows that changed records no longer have, but that others refer to.
            select coalesce(
                array_agg(s.place) filter (
                    where loader.is_referenced('market.latest_tag'::regclass, s.place)
                ),
                '{}'
            )
            into _v_referenced
            from (
                select t.ctid as place
                from market.latest_tag as t
                where
                    (t.latest_id) in (
                        select v.id
                        from market_stage.latest_decision as v
                        where v._outcome = 'u'
                    )
                    and not exists (
                        select 1 from market_build.latest_tag as b
                        inner join market_stage.latest_decision as v on v._rec = b._rec
                        where
                            v._outcome = 'u'
                            and b.latest_id = t.latest_id
                            and b.ordinal = t.ordinal
                    )
                offset 0
            ) as s;
            perform loader.report_surplus(_p_load, 'latest_tag', cardinality(_v_referenced));
        end if;
        -- Of the rows that a statement writes, whose children they are: history says so.
        with written as (

            delete from market.latest_tag as t
                where
                    (t.latest_id) in (
                        select v.id
                        from market_stage.latest_decision as v
                        where v._outcome = 'u'
                    )
                    and not exists (
                        select 1 from market_build.latest_tag as b
                        inner join market_stage.latest_decision as v on v._rec = b._rec
                        where
                            v._outcome = 'u'
                            and b.latest_id = t.latest_id
                            and b.ordinal = t.ordinal
                    )
                    and t.ctid <> all(_v_referenced)
            returning t.latest_id
        )
        insert into market_stage.latest_touched (id, _table)
        select distinct
            w.latest_id,
            1
        from written as w;
        -- Of the rows that a statement writes, whose children they are: history says so.
        with written as (
            -- Only rows that differ: ON CONFLICT would lock, and so write, those that do not.
            insert into market.latest_tag as t (
                latest_id, ordinal, tag, weight
            )
            select
                b.latest_id, b.ordinal, b.tag, b.weight
            from market_build.latest_tag as b
            where
                b._rec in (
                    select v._rec from market_stage.latest_decision as v
                    where v._outcome = 'u'
                )
                and not exists (
                    select 1 from market.latest_tag as o
                    where
                        o.latest_id = b.latest_id
                        and o.ordinal = b.ordinal
                        and (o.tag, o.weight)
                        is not distinct from
                        (b.tag, b.weight)
                )
            order by b.latest_id, b.ordinal
            on conflict (latest_id, ordinal) do update set
                tag = excluded.tag,
                weight = excluded.weight
            returning t.latest_id
        )
        insert into market_stage.latest_touched (id, _table)
        select distinct
            w.latest_id,
            1
        from written as w;
        -- Child tables follow the root's columns in what changed.
        update market_history.latest_change as h
        set columns = h.columns || r.names
        from (
            select
                u.id,
                array_agg(u.name order by u.place) as names
            from (
                select distinct
                    o.id,
                    n.name,
                    n.place
                from market_stage.latest_touched as o
                inner join unnest(array[
                    'latest_tag'
                ]::text[]) with ordinality as n (name, place) on n.place = o._table
            ) as u
            group by u.id
        ) as r
        where h.load_id = _p_load and h.id = r.id;
    end if;
    call market_stage.drop_absent_latest(_p_load);
    if exists (
        select 1 from market_stage.latest_decision as v
        where v._outcome = 'x'
    ) then
        delete from market.latest_tag as t
        where (t.latest_id) in (
            select v.id
            from market_stage.latest_decision as v
            where v._outcome = 'x'
        );
        delete from market.latest as t
        where (t.id) in (
            select v.id
            from market_stage.latest_decision as v
            where v._outcome = 'x'
        );
    end if;
    -- Until now what stands in the build counted as inserted, all else as unchanged.
    with counted as (
        select
            v._chunk as chunk_id,
            count(*) filter (where v._outcome = 'i') - count(*) filter (where v._staged) as inserted,
            count(*) filter (where v._outcome = 'u') as updated,
            count(*) filter (where v._outcome = 'n') - count(*) filter (where not v._staged) as unchanged,
            count(*) filter (where v._outcome = 'd') as duplicate
        from market_stage.latest_decision as v
        where v._chunk is not null
        group by v._chunk
    )
    update loader.chunk as c set
        inserted = c.inserted + d.inserted,
        updated = c.updated + d.updated,
        unchanged = c.unchanged + d.unchanged,
        duplicate = c.duplicate + d.duplicate
    from counted as d
    where d.chunk_id = c.chunk_id;
    -- What was parsed and turned out to equal its row was found unchanged as well.
    insert into market_stage.latest_key_log as s (
        chunk_id, id, record, outcome
    )
    select
        v._chunk,
        array_agg(v.id order by v._record),
        array_agg(v._record order by v._record),
        repeat('n', count(*)::integer)
    from market_stage.latest_decision as v
    where v._outcome = 'n' and v._staged
    group by v._chunk
    on conflict (chunk_id) do update set
        id = s.id || excluded.id,
        record = s.record || excluded.record,
        outcome = s.outcome || excluded.outcome;
    -- The first conflicts by key: which version won, and why.
    insert into loader.conflict (
        load_id, entity, key, winner_source, winner_record, loser_source, loser_record, why
    )
    select
        _p_load,
        'latest',
        jsonb_build_object(
            'id', c.id
        ),
        w.source_id as winner_source,
        case when w.source_id is not null then c._winner_record end,
        c._source,
        c._record,
        case
            when c._winner_latest is distinct from c._latest then format(
                '%s: %s against %s',
                'name', c._winner_latest, coalesce(c._latest::text, 'none')
            )
            else loader.why_wins(c._winner_source, c._source)
        end
    from (
        select l.*
        from (
            -- Versions that another one of this load, or the row that is there, went before.
            select
                v.*,
                case when v._version > 1 and w._outcome <> 'd' then w._source else v._old_source end as _winner_source,
                case when v._version > 1 and w._outcome <> 'd' then w._record else v._old_record end as _winner_record,
                case when v._version > 1 and w._outcome <> 'd' then w._latest else v._old_latest end as _winner_latest
            from market_stage.latest_decision as v
            left join market_stage.latest_decision as w
                on w._version = 1
                and w._chunk is not null
                and v._version > 1
                and w.id = v.id
            where v._outcome = 'd'
        ) as l
        order by l.id, l._source, l._record
        limit 100
    ) as c
    left join loader.source as w on w.source_id = c._winner_source;
end
$$;
comment on procedure market_stage.apply_latest(bigint, boolean) is
'Writes what was decided about latest records into the tables, by difference.';

-- sql/dataset/resolve/resolve_entity.sql, mapping 116b0f95aecc
create or replace procedure market_stage.resolve_latest(_p_load bigint, inout _p_held jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Removes from the build every version of a latest but the winner, with its children.
-- _p_held: rows of each table, which become fewer. Called by loader.resolve_build when every chunk is done.
#variable_conflict use_column
declare
    _v_sources bigint[];
    _v_records bigint[];
    _v_losers bigint[];
    _v_rows bigint;
begin
    with twice as (
        select r.id
        from market_build.latest as r
        group by r.id
        having count(*) > 1
    ), ranked as (
        select
            r._source,
            r._record,
            row_number() over (
                partition by r.id
                order by r.name collate "C" desc nulls last, o.place desc, r._record desc
            ) as rank_of_version
        from market_build.latest as r
        inner join twice as w on w.id = r.id
        inner join loader.source_ranks('market', 'latest_by') as o
            on o.source_id = r._source
    )
    select
        array_agg(r._source::bigint),
        array_agg(r._record),
        array_agg(loader.record_id(r._source, r._record))
    into _v_sources, _v_records, _v_losers
    from ranked as r
    where r.rank_of_version > 1;
    if _v_losers is null then
        return;
    end if;
    update loader.load as l set conflicts = l.conflicts + cardinality(_v_losers) where l.load_id = _p_load;
    -- The first conflicts by key: which version won, and why.
    insert into loader.conflict (
        load_id, entity, key, winner_source, winner_record, loser_source, loser_record, why
    )
    select
        _p_load,
        'latest',
        jsonb_build_object(
            'id', c.id
        ),
        w.source_id as winner_source,
        case when w.source_id is not null then c._winner_record end,
        c._source,
        c._record,
        case
            when c._winner_latest is distinct from c._latest then format(
                '%s: %s against %s',
                'name', c._winner_latest, coalesce(c._latest::text, 'none')
            )
            else loader.why_wins(c._winner_source, c._source)
        end
    from (
        select l.*
        from (
            -- Versions that are about to leave the build, beside those that stay.
            select
                o.*,
                o.name as _latest,
                w.name as _winner_latest,
                w._source as _winner_source,
                w._record as _winner_record
            from market_build.latest as o
            inner join market_build.latest as w on w.id = o.id
            where
                loader.record_id(o._source, o._record) in (select unnest(_v_losers))
                and loader.record_id(w._source, w._record) not in (select unnest(_v_losers))
        ) as l
        order by l.id, l._source, l._record
        limit 100
    ) as c
    left join loader.source as w on w.source_id = c._winner_source;
    delete from market_build.latest as t
    where loader.record_id(t._source, t._record) in (select unnest(_v_losers));
    get diagnostics _v_rows = row_count;
    _p_held := loader.add_counts(_p_held, jsonb_build_object('latest', -_v_rows));
    delete from market_build.latest_tag as t
    where t._rec in (select unnest(_v_losers));
    get diagnostics _v_rows = row_count;
    _p_held := loader.add_counts(_p_held, jsonb_build_object('latest_tag', -_v_rows));
    perform loader.count_losers(_v_sources, _v_records);
end
$$;
comment on procedure market_stage.resolve_latest(bigint, jsonb) is
'Removes from the build every version of a latest but the winner.';

-- sql/dataset/apply/apply_entity.sql, mapping 116b0f95aecc
create or replace procedure market_stage.drop_absent_kept(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Deletes the rows that kept_decision says are gone. Called by
-- apply_kept and loader.remove_absent.
#variable_conflict use_column
begin
    if not exists (
        select 1 from market_stage.kept_decision as v
        where v._outcome = 'g'
    ) then
        return;
    end if;
    delete from market.kept_tag as t
    where (t.kept_id) in (
        select v.id
        from market_stage.kept_decision as v
        where v._outcome = 'g'
    );
    delete from market.kept as t
    where (t.id) in (
        select v.id
        from market_stage.kept_decision as v
        where v._outcome = 'g'
    );
end
$$;
comment on procedure market_stage.drop_absent_kept(bigint) is
'Deletes the kept rows that a complete load no longer holds.';
create or replace procedure market_stage.apply_kept(_p_load bigint, _p_history boolean)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Writes what kept_decision says into market, by difference, and notes what changed.
-- _p_history: whether the versions before are kept. Called by loader.apply_load, in the one transaction that shows the
-- load to readers, and by loader.rollback.
declare
    _v_referenced tid[];
begin
    -- What is about to change, and, where history is kept, what it was.
    insert into market_history.kept_change (
        load_id, id, op, columns,
        source_before, record_before, hash_before, source_after, record_after, hash_after, before
    )
    select
        _p_load,
        v.id,
        case v._outcome
            when 'i' then 'insert'
            when 'u' then 'update'
            else 'delete'
        end,
        case
            when v._outcome = 'u' then array_remove(array[
                case
                    when t.name
                        is distinct from b.name
                    then 'name'
                end,
                case
                    when t.price::text
                        is distinct from b.price::text
                    then 'price'
                end,
                case
                    when t.seen
                        is distinct from b.seen
                    then 'seen'
                end,
                case
                    when t.colours
                        is distinct from b.colours
                    then 'colours'
                end
            ]::text[], null)
        end,
        v._old_source,
        v._old_record,
        v._old_hash,
        v._source,
        v._record,
        v._hash,
        case
            when _p_history and v._outcome <> 'i'
                then market_stage.version_of_kept(v.id)
        end
    from market_stage.kept_decision as v
    left join market_build.kept as b
        on b._source = v._source and b._record = v._record
    left join market.kept as t
        on v._outcome <> 'i' and t.id = v.id
    where v._outcome in ('i', 'u', 'g', 'x');
    if _p_history then
        perform loader.keep_users_columns(_p_load, 'kept');
    end if;
    -- In key order, so that it does not deadlock with others that write these rows.
    insert into market.kept as t (
        id, name, price, seen, colours, _source, _record, _hash
    )
    select
        b.id, b.name, b.price, b.seen, b.colours, b._source, b._record, b._hash
    from market_build.kept as b
    where loader.record_id(b._source, b._record) in (
        select v._rec from market_stage.kept_decision as v
        where v._outcome in ('i', 'u')
    )
    order by b.id
    on conflict (id) do update set
        name = excluded.name,
        price = excluded.price,
        seen = excluded.seen,
        colours = excluded.colours,
        _source = excluded._source,
        _record = excluded._record,
        _hash = excluded._hash;
    if exists (
        select 1 from market_stage.kept_decision as v
        where v._outcome = 'i'
    ) then
        begin
            insert into market.kept_tag (
                kept_id, ordinal, tag, weight
            )
            select
                b.kept_id, b.ordinal, b.tag, b.weight
            from market_build.kept_tag as b
            where
                b._rec in (
                    select v._rec from market_stage.kept_decision as v
                    where v._outcome = 'i'
                );
        exception
            when unique_violation then
                -- Somebody has deleted roots without their children.
                delete from market.kept_tag as t
                where (t.kept_id) in (
                    select v.id
                    from market_stage.kept_decision as v
                    where v._outcome = 'i'
                );
                insert into market.kept_tag (
                    kept_id, ordinal, tag, weight
                )
                select
                    b.kept_id, b.ordinal, b.tag, b.weight
                from market_build.kept_tag as b
                where
                    b._rec in (
                        select v._rec from market_stage.kept_decision as v
                        where v._outcome = 'i'
                    );
        end;
    end if;
    if exists (
        select 1 from market_stage.kept_decision as v
        where v._outcome = 'u'
    ) then
        _v_referenced := '{}';
        if loader.reference_guard('market.kept_tag'::regclass, 't') <> '' then

            -- Rows that changed records no longer have, but that others refer to.
            select coalesce(
                array_agg(s.place) filter (
                    where loader.is_referenced('market.kept_tag'::regclass, s.place)
                ),
                '{}'
            )
            into _v_referenced
            from (
                select t.ctid as place
                from market.kept_tag as t
                where
                    (t.kept_id) in (
                        select v.id
                        from market_stage.kept_decision as v
                        where v._outcome = 'u'
                    )
                    and not exists (
                        select 1 from market_build.kept_tag as b
                        inner join market_stage.kept_decision as v on v._rec = b._rec
                        where
                            v._outcome = 'u'
                            and b.kept_id = t.kept_id
                            and b.ordinal = t.ordinal
                    )
                offset 0
            ) as s;
            perform loader.report_surplus(_p_load, 'kept_tag', cardinality(_v_referenced));
        end if;
        -- Of the rows that a statement writes, whose children they are: history says so.
        with written as (

            delete from market.kept_tag as t
                where
                    (t.kept_id) in (
                        select v.id
                        from market_stage.kept_decision as v
                        where v._outcome = 'u'
                    )
                    and not exists (
                        select 1 from market_build.kept_tag as b
                        inner join market_stage.kept_decision as v on v._rec = b._rec
                        where
                            v._outcome = 'u'
                            and b.kept_id = t.kept_id
                            and b.ordinal = t.ordinal
                    )
                    and t.ctid <> all(_v_referenced)
            returning t.kept_id
        )
        insert into market_stage.kept_touched (id, _table)
        select distinct
            w.kept_id,
            1
        from written as w;
        -- Of the rows that a statement writes, whose children they are: history says so.
        with written as (
            -- Only rows that differ: ON CONFLICT would lock, and so write, those that do not.
            insert into market.kept_tag as t (
                kept_id, ordinal, tag, weight
            )
            select
                b.kept_id, b.ordinal, b.tag, b.weight
            from market_build.kept_tag as b
            where
                b._rec in (
                    select v._rec from market_stage.kept_decision as v
                    where v._outcome = 'u'
                )
                and not exists (
                    select 1 from market.kept_tag as o
                    where
                        o.kept_id = b.kept_id
                        and o.ordinal = b.ordinal
                        and (o.tag, o.weight)
                        is not distinct from
                        (b.tag, b.weight)
                )
            order by b.kept_id, b.ordinal
            on conflict (kept_id, ordinal) do update set
                tag = excluded.tag,
                weight = excluded.weight
            returning t.kept_id
        )
        insert into market_stage.kept_touched (id, _table)
        select distinct
            w.kept_id,
            1
        from written as w;
        -- Child tables follow the root's columns in what changed.
        update market_history.kept_change as h
        set columns = h.columns || r.names
        from (
            select
                u.id,
                array_agg(u.name order by u.place) as names
            from (
                select distinct
                    o.id,
                    n.name,
                    n.place
                from market_stage.kept_touched as o
                inner join unnest(array[
                    'kept_tag'
                ]::text[]) with ordinality as n (name, place) on n.place = o._table
            ) as u
            group by u.id
        ) as r
        where h.load_id = _p_load and h.id = r.id;
    end if;
    call market_stage.drop_absent_kept(_p_load);
    if exists (
        select 1 from market_stage.kept_decision as v
        where v._outcome = 'x'
    ) then
        delete from market.kept_tag as t
        where (t.kept_id) in (
            select v.id
            from market_stage.kept_decision as v
            where v._outcome = 'x'
        );
        delete from market.kept as t
        where (t.id) in (
            select v.id
            from market_stage.kept_decision as v
            where v._outcome = 'x'
        );
    end if;
    -- Until now what stands in the build counted as inserted, all else as unchanged.
    with counted as (
        select
            v._chunk as chunk_id,
            count(*) filter (where v._outcome = 'i') - count(*) filter (where v._staged) as inserted,
            count(*) filter (where v._outcome = 'u') as updated,
            count(*) filter (where v._outcome = 'n') - count(*) filter (where not v._staged) as unchanged,
            count(*) filter (where v._outcome = 'd') as duplicate
        from market_stage.kept_decision as v
        where v._chunk is not null
        group by v._chunk
    )
    update loader.chunk as c set
        inserted = c.inserted + d.inserted,
        updated = c.updated + d.updated,
        unchanged = c.unchanged + d.unchanged,
        duplicate = c.duplicate + d.duplicate
    from counted as d
    where d.chunk_id = c.chunk_id;
    -- Versions that gave way to others, beside those of this load, which are counted with what was decided.
    update loader.load as l set conflicts = l.conflicts + c.versions
    from (
        select count(*) as versions
        from (
            -- Versions that other sources have of what this load read, behind the first of each key.
            select
                s.*,
                case when not s._contradicts then f._source end as _winner_source,
                case when not s._contradicts then f._record end as _winner_record
            from market_stage.kept_per_source as s
            inner join market_stage.kept_per_source as f
                on f._place = 1 and f.id = s.id
            where
                s._place > 1
                and exists (
                    select 1
                    from market_stage.kept_per_source as o
                    inner join loader.source as r on r.source_id = o._source
                    where r.load_id = _p_load and o.id = s.id
                )
        ) as m
        where not exists (
            select 1 from market_stage.kept_decision as v
            where v._outcome = 'd' and v._source = m._source and v._record = m._record
        )
    ) as c
    where l.load_id = _p_load;
    -- The first conflicts by key: which version won, and why.
    insert into loader.conflict (
        load_id, entity, key, winner_source, winner_record, loser_source, loser_record, why
    )
    select
        _p_load,
        'kept',
        jsonb_build_object(
            'id', c.id
        ),
        w.source_id as winner_source,
        case when w.source_id is not null then c._winner_record end,
        c._source,
        c._record,
        case
            when c._winner_source is null then 'error: the sources contradict each other'
            else 'keep_all: ' || loader.why_wins(c._winner_source, c._source)
        end
    from (
        select l.*
        from (
            -- Versions that other sources have of what this load read, behind the first of each key.
            select
                s.*,
                case when not s._contradicts then f._source end as _winner_source,
                case when not s._contradicts then f._record end as _winner_record
            from market_stage.kept_per_source as s
            inner join market_stage.kept_per_source as f
                on f._place = 1 and f.id = s.id
            where
                s._place > 1
                and exists (
                    select 1
                    from market_stage.kept_per_source as o
                    inner join loader.source as r on r.source_id = o._source
                    where r.load_id = _p_load and o.id = s.id
                )
        ) as l
        order by l.id, l._source, l._record
        limit 100
    ) as c
    left join loader.source as w on w.source_id = c._winner_source;
end
$$;
comment on procedure market_stage.apply_kept(bigint, boolean) is
'Writes what was decided about kept records into the tables, by difference.';

-- sql/dataset/compose/compose_entity.sql, mapping 116b0f95aecc
create or replace procedure market_stage.compose_kept(
    _p_load bigint,
    _p_lost bigint[],
    inout _p_held jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Policy keep_all: keeps what each source of a load says, and puts into the build, instead of the records read, what is
-- made of all versions of their keys. _p_lost: sources whose versions do not count any more. _p_held: rows of each
-- table of the build, which become others.
-- Fills kept_decision with the records read: d superseded, null: it stands for what was made of its key.
-- Called by decide_kept and
-- resolve_kept. Writes kept_version,
-- build, staging.
#variable_conflict use_column
declare
    _v_lost bigint[] := _p_lost;
    _v_rows bigint;
begin
    truncate
        market_stage.kept_decision,
        market_stage.kept_touched,
        market_stage.kept_per_source,
        market_stage.kept_composed;
    -- What each source of the load says of a key. Of several records of one source the last counts.
    with c1 as (
        select
            c._rec,
            jsonb_build_object(
                'kept_tag',
                jsonb_agg(to_jsonb(c.*) - '_rec' order by c.kept_id, c.ordinal)
            ) as named
        from market_build.kept_tag as c
        group by c._rec
    )
    insert into market_history.kept_version as t (
        id, source_id, record, hash, content
    )
    select distinct on (b.id, b._source)
        b.id,
        b._source,
        b._record,
        b._hash,
        jsonb_build_object(
            'row', jsonb_strip_nulls(to_jsonb(b.*) - '{_source,_record,_hash,_gone_since}'::text[]),
            'children', '{}'::jsonb
            || coalesce(c1.named, '{}')
        )
    from market_build.kept as b
    left join c1 on c1._rec = loader.record_id(b._source, b._record)
    order by b.id, b._source, b._record desc
    on conflict (id, source_id) do update set
        record = excluded.record,
        hash = excluded.hash,
        content = excluded.content;
    -- The versions that count of every key that the load read, or that a source says nothing of any more, or whose
    -- record was rejected; of several issues of one source the newest.
    with counting as materialized (
        select
            c.source_id,
            c.place,
            c.series
        from loader.contributing_sources(_p_load, 'kept') as c
    ), touched as (
        select b.id
        from market_build.kept as b
        union
        select l.id
        from market_history.kept_version as l
        where l.source_id = any(_v_lost)
        union
        select e.id
        from market_stage.ever_rejected_kept(_p_load) as e
    ), candidate as (
        select
            t.id,
            v.source_id,
            v.record,
            c.place,
            c.series
        from touched as t
        inner join market_history.kept_version as v
            on v.id = t.id
        inner join counting as c on c.source_id = v.source_id
        union all
        select
            s.id,
            v.source_id,
            v.record,
            s.place,
            s.series
        from market_stage.spared_kept(_p_load) as s
        inner join market_history.kept_version as v
            on v.source_id = s.source_id and v.id = s.id
    ), issue as (
        select distinct on (c.id, c.series)
            c.id,
            c.source_id,
            c.record,
            c.place
        from candidate as c
        order by c.id, c.series, c.place desc, c.source_id desc
    )
    insert into market_stage.kept_per_source (
        id, _place, _source, _record
    )
    select
        i.id,
        row_number() over (partition by i.id order by i.place desc, i.source_id desc),
        i.source_id,
        i.record
    from issue as i;
    perform loader.gather_statistics(
        'market_stage.kept_per_source'::regclass
    );
    -- The version that goes first, as it is.
    insert into market_stage.kept_composed (
        id, _source, _record, _content
    )
    select
        s.id,
        s._source,
        s._record,
        v.content
    from market_stage.kept_per_source as s
    inner join market_history.kept_version as v
        on v.id = s.id and v.source_id = s._source
    where
        s._place = 1
        and not s._contradicts;
    -- Of the records that the load read one stands for what is made of its key: the first whose version counts. The
    -- others are superseded by it or by another issue of their source.
    with planned as materialized (
        select c.* from loader.chunks_of_records(_p_load) as c
    ), standing as (
        select distinct on (s.id)
            s._source,
            s._record,
            d._source as made_source,
            d._record as made_record,
            md5(d._content::text)::uuid as made_hash
        from market_stage.kept_per_source as s
        inner join planned as p on p.source_id = s._source
        inner join market_stage.kept_composed as d
            on d.id = s.id
        order by s.id, s._place
    )
    insert into market_stage.kept_decision (
        id, _chunk, _source, _record, _rec, _hash, _staged, _version, _outcome
    )
    select
        b.id,
        p.chunk_ids[width_bucket(b._record, p.first_records)],
        coalesce(o.made_source, b._source),
        coalesce(o.made_record, b._record),
        loader.record_id(coalesce(o.made_source, b._source), coalesce(o.made_record, b._record)),
        coalesce(o.made_hash, b._hash),
        true,
        case when o.made_source is null then 2 else 1 end,
        case when o.made_source is null then 'd' end
    from market_build.kept as b
    inner join planned as p on p.source_id = b._source
    left join standing as o on o._source = b._source and o._record = b._record;
    truncate
        market_build.kept,
        market_build.kept_tag;
    insert into market_build.kept (
        id, name, price, seen, colours, _source, _record, _hash
    )
    select
        r.id, r.name, r.price, r.seen, r.colours,
        c._source,
        c._record,
        md5(c._content::text)::uuid
    from market_stage.kept_composed as c
    cross join lateral jsonb_to_record(c._content -> 'row')
        as r (id integer, name text, price numeric, seen date, colours text[]);
    get diagnostics _v_rows = row_count;
    _p_held := _p_held || jsonb_build_object('kept', _v_rows);
    insert into market_build.kept_tag (
        kept_id, ordinal, tag, weight, _rec
    )
    select
        r.kept_id, r.ordinal, r.tag, r.weight,
        loader.record_id(c._source, c._record)
    from market_stage.kept_composed as c
    cross join lateral jsonb_to_recordset(c._content -> 'children' -> 'kept_tag')
        as r (kept_id integer, ordinal integer, tag text, weight integer);
    get diagnostics _v_rows = row_count;
    _p_held := _p_held || jsonb_build_object('kept_tag', _v_rows);
end
$$;
comment on procedure market_stage.compose_kept(bigint, bigint[], jsonb) is
'Puts into the build what is made of all versions of each kept that a load read.';
create or replace procedure market_stage.decide_kept(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Decides about every kept that a load touches: what is made of its versions, against the row that is there.
-- Called by loader.apply_load.
#variable_conflict use_column
declare
    _v_lost bigint[] := loader.withdrawn_sources(_p_load, 'kept');
    _v_held jsonb;
begin
    call market_stage.compose_kept(_p_load, _v_lost, _v_held);
    -- What was made of each key against the row that is there.
    update market_stage.kept_decision as v
    set
        _old_source = t._source,
        _old_record = t._record,
        _old_hash = t._hash,
        _was_marked = false
    from market.kept as t
    where v._version = 1 and t.id = v.id;
    insert into market_stage.kept_decision (
        id, _source, _record, _rec, _hash, _old_source, _old_record, _old_hash, _was_marked
    )
    select
        c.id,
        c._source,
        c._record,
        loader.record_id(c._source, c._record),
        md5(c._content::text)::uuid,
        t._source as _old_source,
        t._record as _old_record,
        t._hash as _old_hash,
        false
    from market_stage.kept_composed as c
    left join market.kept as t on t.id = c.id
    where not exists (
        select 1 from market_stage.kept_decision as v
        where v._version = 1 and v.id = c.id
    );
    update market_stage.kept_decision as v
    set
        _outcome = case
            when v._old_hash is null then 'i'
            when v._old_hash = v._hash and not v._was_marked then 'n'
            else 'u'
        end
    where v._version = 1;
    perform loader.gather_statistics(
        'market_stage.kept_decision'::regclass
    );
end
$$;
comment on procedure market_stage.decide_kept(bigint) is
'Decides about every kept that a load touches.';
create or replace procedure market_stage.pick_absent_kept(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Adds to kept_decision the rows of which no version counts any
-- more.
-- Called by loader.apply_load.
#variable_conflict use_column
declare
    _v_lost bigint[] := loader.withdrawn_sources(_p_load, 'kept');
begin
    if _v_lost <> '{}' or 'kept' = any(loader.complete_entities(_p_load)) then
        -- Rows that no source speaks of any more.
        insert into market_stage.kept_decision (
            id, _old_source, _old_record, _old_hash, _outcome
        )
        select
            t.id,
            t._source,
            t._record,
            t._hash,
            'g'
        from market.kept as t
        where
            (t.id) in (
                select l.id
                from market_history.kept_version as l
                where l.source_id = any(_v_lost)
                union all
                select e.id
                from market_stage.ever_rejected_kept(_p_load) as e
            )
            and not exists (
                select 1 from market_stage.kept_per_source as s
                where s.id = t.id
            );
    end if;
end
$$;
comment on procedure market_stage.pick_absent_kept(bigint) is
'Adds the rows of which no version counts any more to what was decided.';
create or replace procedure market_stage.resolve_kept(_p_load bigint, inout _p_held jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Makes one kept of all versions of a key in the build of a replace, which has only what its own dumps say.
-- _p_held: rows of each table, which become others. Called by loader.resolve_build when every chunk is done.
#variable_conflict use_column
declare
    _v_sources bigint[];
    _v_records bigint[];
begin
    call market_stage.compose_kept(_p_load, '{}', _p_held);
    -- Versions that gave way to others, beside those of this load, which are counted with what was decided.
    update loader.load as l set conflicts = l.conflicts + c.versions
    from (
        select count(*) as versions
        from (
            -- Versions that other sources have of what this load read, behind the first of each key.
            select
                s.*,
                case when not s._contradicts then f._source end as _winner_source,
                case when not s._contradicts then f._record end as _winner_record
            from market_stage.kept_per_source as s
            inner join market_stage.kept_per_source as f
                on f._place = 1 and f.id = s.id
            where
                s._place > 1
                and exists (
                    select 1
                    from market_stage.kept_per_source as o
                    inner join loader.source as r on r.source_id = o._source
                    where r.load_id = _p_load and o.id = s.id
                )
        ) as m
        where not exists (
            select 1 from market_stage.kept_decision as v
            where v._outcome = 'd' and v._source = m._source and v._record = m._record
        )
    ) as c
    where l.load_id = _p_load;
    -- The first conflicts by key: which version won, and why.
    insert into loader.conflict (
        load_id, entity, key, winner_source, winner_record, loser_source, loser_record, why
    )
    select
        _p_load,
        'kept',
        jsonb_build_object(
            'id', c.id
        ),
        w.source_id as winner_source,
        case when w.source_id is not null then c._winner_record end,
        c._source,
        c._record,
        case
            when c._winner_source is null then 'error: the sources contradict each other'
            else 'keep_all: ' || loader.why_wins(c._winner_source, c._source)
        end
    from (
        select l.*
        from (
            -- Versions that other sources have of what this load read, behind the first of each key.
            select
                s.*,
                case when not s._contradicts then f._source end as _winner_source,
                case when not s._contradicts then f._record end as _winner_record
            from market_stage.kept_per_source as s
            inner join market_stage.kept_per_source as f
                on f._place = 1 and f.id = s.id
            where
                s._place > 1
                and exists (
                    select 1
                    from market_stage.kept_per_source as o
                    inner join loader.source as r on r.source_id = o._source
                    where r.load_id = _p_load and o.id = s.id
                )
        ) as l
        order by l.id, l._source, l._record
        limit 100
    ) as c
    left join loader.source as w on w.source_id = c._winner_source;
    select coalesce(array_agg(v._source), '{}'), coalesce(array_agg(v._record), '{}')
    into _v_sources, _v_records
    from market_stage.kept_decision as v
    where v._outcome = 'd';
    perform loader.count_losers(_v_sources, _v_records);
    update loader.load as l set conflicts = l.conflicts + cardinality(_v_records)
    where l.load_id = _p_load;
end
$$;
comment on procedure market_stage.resolve_kept(bigint, jsonb) is
'Makes one kept of all versions of a key in the build of a replace.';

-- sql/dataset/apply/apply_entity.sql, mapping 116b0f95aecc
create or replace procedure market_stage.drop_absent_agreed(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Deletes the rows that agreed_decision says are gone. Called by
-- apply_agreed and loader.remove_absent.
#variable_conflict use_column
begin
    if not exists (
        select 1 from market_stage.agreed_decision as v
        where v._outcome = 'g'
    ) then
        return;
    end if;
    delete from market.agreed_tag as t
    where (t.agreed_id) in (
        select v.id
        from market_stage.agreed_decision as v
        where v._outcome = 'g'
    );
    delete from market.agreed as t
    where (t.id) in (
        select v.id
        from market_stage.agreed_decision as v
        where v._outcome = 'g'
    );
end
$$;
comment on procedure market_stage.drop_absent_agreed(bigint) is
'Deletes the agreed rows that a complete load no longer holds.';
create or replace procedure market_stage.apply_agreed(_p_load bigint, _p_history boolean)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Writes what agreed_decision says into market, by difference, and notes what changed.
-- _p_history: whether the versions before are kept. Called by loader.apply_load, in the one transaction that shows the
-- load to readers, and by loader.rollback.
declare
    _v_referenced tid[];
begin
    -- What is about to change, and, where history is kept, what it was.
    insert into market_history.agreed_change (
        load_id, id, op, columns,
        source_before, record_before, hash_before, source_after, record_after, hash_after, before
    )
    select
        _p_load,
        v.id,
        case v._outcome
            when 'i' then 'insert'
            when 'u' then 'update'
            else 'delete'
        end,
        case
            when v._outcome = 'u' then array_remove(array[
                case
                    when t.name
                        is distinct from b.name
                    then 'name'
                end,
                case
                    when t.price::text
                        is distinct from b.price::text
                    then 'price'
                end,
                case
                    when t.seen
                        is distinct from b.seen
                    then 'seen'
                end,
                case
                    when t.colours
                        is distinct from b.colours
                    then 'colours'
                end
            ]::text[], null)
        end,
        v._old_source,
        v._old_record,
        v._old_hash,
        v._source,
        v._record,
        v._hash,
        case
            when _p_history and v._outcome <> 'i'
                then market_stage.version_of_agreed(v.id)
        end
    from market_stage.agreed_decision as v
    left join market_build.agreed as b
        on b._source = v._source and b._record = v._record
    left join market.agreed as t
        on v._outcome <> 'i' and t.id = v.id
    where v._outcome in ('i', 'u', 'g', 'x');
    if _p_history then
        perform loader.keep_users_columns(_p_load, 'agreed');
    end if;
    -- In key order, so that it does not deadlock with others that write these rows.
    insert into market.agreed as t (
        id, name, price, seen, colours, _source, _record, _hash
    )
    select
        b.id, b.name, b.price, b.seen, b.colours, b._source, b._record, b._hash
    from market_build.agreed as b
    where loader.record_id(b._source, b._record) in (
        select v._rec from market_stage.agreed_decision as v
        where v._outcome in ('i', 'u')
    )
    order by b.id
    on conflict (id) do update set
        name = excluded.name,
        price = excluded.price,
        seen = excluded.seen,
        colours = excluded.colours,
        _source = excluded._source,
        _record = excluded._record,
        _hash = excluded._hash;
    if exists (
        select 1 from market_stage.agreed_decision as v
        where v._outcome = 'i'
    ) then
        begin
            insert into market.agreed_tag (
                agreed_id, ordinal, tag, weight
            )
            select
                b.agreed_id, b.ordinal, b.tag, b.weight
            from market_build.agreed_tag as b
            where
                b._rec in (
                    select v._rec from market_stage.agreed_decision as v
                    where v._outcome = 'i'
                );
        exception
            when unique_violation then
                -- Somebody has deleted roots without their children.
                delete from market.agreed_tag as t
                where (t.agreed_id) in (
                    select v.id
                    from market_stage.agreed_decision as v
                    where v._outcome = 'i'
                );
                insert into market.agreed_tag (
                    agreed_id, ordinal, tag, weight
                )
                select
                    b.agreed_id, b.ordinal, b.tag, b.weight
                from market_build.agreed_tag as b
                where
                    b._rec in (
                        select v._rec from market_stage.agreed_decision as v
                        where v._outcome = 'i'
                    );
        end;
    end if;
    if exists (
        select 1 from market_stage.agreed_decision as v
        where v._outcome = 'u'
    ) then
        _v_referenced := '{}';
        if loader.reference_guard('market.agreed_tag'::regclass, 't') <> '' then

            -- Rows that changed records no longer have, but that others refer to.
            select coalesce(
                array_agg(s.place) filter (
                    where loader.is_referenced('market.agreed_tag'::regclass, s.place)
                ),
                '{}'
            )
            into _v_referenced
            from (
                select t.ctid as place
                from market.agreed_tag as t
                where
                    (t.agreed_id) in (
                        select v.id
                        from market_stage.agreed_decision as v
                        where v._outcome = 'u'
                    )
                    and not exists (
                        select 1 from market_build.agreed_tag as b
                        inner join market_stage.agreed_decision as v on v._rec = b._rec
                        where
                            v._outcome = 'u'
                            and b.agreed_id = t.agreed_id
                            and b.ordinal = t.ordinal
                    )
                offset 0
            ) as s;
            perform loader.report_surplus(_p_load, 'agreed_tag', cardinality(_v_referenced));
        end if;
        -- Of the rows that a statement writes, whose children they are: history says so.
        with written as (

            delete from market.agreed_tag as t
                where
                    (t.agreed_id) in (
                        select v.id
                        from market_stage.agreed_decision as v
                        where v._outcome = 'u'
                    )
                    and not exists (
                        select 1 from market_build.agreed_tag as b
                        inner join market_stage.agreed_decision as v on v._rec = b._rec
                        where
                            v._outcome = 'u'
                            and b.agreed_id = t.agreed_id
                            and b.ordinal = t.ordinal
                    )
                    and t.ctid <> all(_v_referenced)
            returning t.agreed_id
        )
        insert into market_stage.agreed_touched (id, _table)
        select distinct
            w.agreed_id,
            1
        from written as w;
        -- Of the rows that a statement writes, whose children they are: history says so.
        with written as (
            -- Only rows that differ: ON CONFLICT would lock, and so write, those that do not.
            insert into market.agreed_tag as t (
                agreed_id, ordinal, tag, weight
            )
            select
                b.agreed_id, b.ordinal, b.tag, b.weight
            from market_build.agreed_tag as b
            where
                b._rec in (
                    select v._rec from market_stage.agreed_decision as v
                    where v._outcome = 'u'
                )
                and not exists (
                    select 1 from market.agreed_tag as o
                    where
                        o.agreed_id = b.agreed_id
                        and o.ordinal = b.ordinal
                        and (o.tag, o.weight)
                        is not distinct from
                        (b.tag, b.weight)
                )
            order by b.agreed_id, b.ordinal
            on conflict (agreed_id, ordinal) do update set
                tag = excluded.tag,
                weight = excluded.weight
            returning t.agreed_id
        )
        insert into market_stage.agreed_touched (id, _table)
        select distinct
            w.agreed_id,
            1
        from written as w;
        -- Child tables follow the root's columns in what changed.
        update market_history.agreed_change as h
        set columns = h.columns || r.names
        from (
            select
                u.id,
                array_agg(u.name order by u.place) as names
            from (
                select distinct
                    o.id,
                    n.name,
                    n.place
                from market_stage.agreed_touched as o
                inner join unnest(array[
                    'agreed_tag'
                ]::text[]) with ordinality as n (name, place) on n.place = o._table
            ) as u
            group by u.id
        ) as r
        where h.load_id = _p_load and h.id = r.id;
    end if;
    call market_stage.drop_absent_agreed(_p_load);
    if exists (
        select 1 from market_stage.agreed_decision as v
        where v._outcome = 'x'
    ) then
        delete from market.agreed_tag as t
        where (t.agreed_id) in (
            select v.id
            from market_stage.agreed_decision as v
            where v._outcome = 'x'
        );
        delete from market.agreed as t
        where (t.id) in (
            select v.id
            from market_stage.agreed_decision as v
            where v._outcome = 'x'
        );
    end if;
    -- Until now what stands in the build counted as inserted, all else as unchanged.
    with counted as (
        select
            v._chunk as chunk_id,
            count(*) filter (where v._outcome = 'i') - count(*) filter (where v._staged) as inserted,
            count(*) filter (where v._outcome = 'u') as updated,
            count(*) filter (where v._outcome = 'n') - count(*) filter (where not v._staged) as unchanged,
            count(*) filter (where v._outcome = 'd') as duplicate
        from market_stage.agreed_decision as v
        where v._chunk is not null
        group by v._chunk
    )
    update loader.chunk as c set
        inserted = c.inserted + d.inserted,
        updated = c.updated + d.updated,
        unchanged = c.unchanged + d.unchanged,
        duplicate = c.duplicate + d.duplicate
    from counted as d
    where d.chunk_id = c.chunk_id;
    -- Versions that gave way to others, beside those of this load, which are counted with what was decided.
    update loader.load as l set conflicts = l.conflicts + c.versions
    from (
        select count(*) as versions
        from (
            -- Versions that other sources have of what this load read, behind the first of each key.
            select
                s.*,
                case when not s._contradicts then f._source end as _winner_source,
                case when not s._contradicts then f._record end as _winner_record
            from market_stage.agreed_per_source as s
            inner join market_stage.agreed_per_source as f
                on f._place = 1 and f.id = s.id
            where
                s._place > 1
                and exists (
                    select 1
                    from market_stage.agreed_per_source as o
                    inner join loader.source as r on r.source_id = o._source
                    where r.load_id = _p_load and o.id = s.id
                )
        ) as m
        where not exists (
            select 1 from market_stage.agreed_decision as v
            where v._outcome = 'd' and v._source = m._source and v._record = m._record
        )
    ) as c
    where l.load_id = _p_load;
    -- The first conflicts by key: which version won, and why.
    insert into loader.conflict (
        load_id, entity, key, winner_source, winner_record, loser_source, loser_record, why
    )
    select
        _p_load,
        'agreed',
        jsonb_build_object(
            'id', c.id
        ),
        w.source_id as winner_source,
        case when w.source_id is not null then c._winner_record end,
        c._source,
        c._record,
        case
            when c._winner_source is null then 'error: the sources contradict each other'
            else 'error: ' || loader.why_wins(c._winner_source, c._source)
        end
    from (
        select l.*
        from (
            -- Versions that other sources have of what this load read, behind the first of each key.
            select
                s.*,
                case when not s._contradicts then f._source end as _winner_source,
                case when not s._contradicts then f._record end as _winner_record
            from market_stage.agreed_per_source as s
            inner join market_stage.agreed_per_source as f
                on f._place = 1 and f.id = s.id
            where
                s._place > 1
                and exists (
                    select 1
                    from market_stage.agreed_per_source as o
                    inner join loader.source as r on r.source_id = o._source
                    where r.load_id = _p_load and o.id = s.id
                )
        ) as l
        order by l.id, l._source, l._record
        limit 100
    ) as c
    left join loader.source as w on w.source_id = c._winner_source;
end
$$;
comment on procedure market_stage.apply_agreed(bigint, boolean) is
'Writes what was decided about agreed records into the tables, by difference.';

-- sql/dataset/compose/compose_entity.sql, mapping 116b0f95aecc
create or replace procedure market_stage.compose_agreed(
    _p_load bigint,
    _p_lost bigint[],
    inout _p_held jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Policy error: keeps what each source of a load says, and puts into the build, instead of the records read, what is
-- made of all versions of their keys. _p_lost: sources whose versions do not count any more. _p_held: rows of each
-- table of the build, which become others.
-- Fills agreed_decision with the records read: d superseded, null: it stands for what was made of its key.
-- Called by decide_agreed and
-- resolve_agreed. Raises LD009. Writes agreed_version,
-- build, staging, reject, chunk.
#variable_conflict use_column
declare
    _v_lost bigint[] := _p_lost;
    _v_rows bigint;
begin
    truncate
        market_stage.agreed_decision,
        market_stage.agreed_touched,
        market_stage.agreed_per_source,
        market_stage.agreed_composed;
    -- What each source of the load says of a key. Of several records of one source the last counts.
    with c1 as (
        select
            c._rec,
            jsonb_build_object(
                'agreed_tag',
                jsonb_agg(to_jsonb(c.*) - '_rec' order by c.agreed_id, c.ordinal)
            ) as named
        from market_build.agreed_tag as c
        group by c._rec
    )
    insert into market_history.agreed_version as t (
        id, source_id, record, hash, content
    )
    select distinct on (b.id, b._source)
        b.id,
        b._source,
        b._record,
        b._hash,
        jsonb_build_object(
            'row', jsonb_strip_nulls(to_jsonb(b.*) - '{_source,_record,_hash,_gone_since}'::text[]),
            'children', '{}'::jsonb
            || coalesce(c1.named, '{}')
        )
    from market_build.agreed as b
    left join c1 on c1._rec = loader.record_id(b._source, b._record)
    order by b.id, b._source, b._record desc
    on conflict (id, source_id) do update set
        record = excluded.record,
        hash = excluded.hash,
        content = excluded.content;
    -- The versions that count of every key that the load read, or that a source says nothing of any more, or whose
    -- record was rejected; of several issues of one source the newest.
    with counting as materialized (
        select
            c.source_id,
            c.place,
            c.series
        from loader.contributing_sources(_p_load, 'agreed') as c
    ), touched as (
        select b.id
        from market_build.agreed as b
        union
        select l.id
        from market_history.agreed_version as l
        where l.source_id = any(_v_lost)
        union
        select e.id
        from market_stage.ever_rejected_agreed(_p_load) as e
    ), candidate as (
        select
            t.id,
            v.source_id,
            v.record,
            c.place,
            c.series
        from touched as t
        inner join market_history.agreed_version as v
            on v.id = t.id
        inner join counting as c on c.source_id = v.source_id
        union all
        select
            s.id,
            v.source_id,
            v.record,
            s.place,
            s.series
        from market_stage.spared_agreed(_p_load) as s
        inner join market_history.agreed_version as v
            on v.source_id = s.source_id and v.id = s.id
    ), issue as (
        select distinct on (c.id, c.series)
            c.id,
            c.source_id,
            c.record,
            c.place
        from candidate as c
        order by c.id, c.series, c.place desc, c.source_id desc
    )
    insert into market_stage.agreed_per_source (
        id, _place, _source, _record
    )
    select
        i.id,
        row_number() over (partition by i.id order by i.place desc, i.source_id desc),
        i.source_id,
        i.record
    from issue as i;
    -- Sources that say the same of a key do not contradict each other, whatever their bytes.
    update market_stage.agreed_per_source as s set _contradicts = true
    from (
        select m.id
        from market_stage.agreed_per_source as m
        inner join market_history.agreed_version as v
            on v.id = m.id and v.source_id = m._source
        where (m.id) in (
            select n.id
            from market_stage.agreed_per_source as n
            where n._place = 2
        )
        group by m.id
        having count(distinct v.content) > 1
    ) as d
    where s.id = d.id;
    perform loader.gather_statistics(
        'market_stage.agreed_per_source'::regclass
    );
    -- The version that goes first, as it is.
    insert into market_stage.agreed_composed (
        id, _source, _record, _content
    )
    select
        s.id,
        s._source,
        s._record,
        v.content
    from market_stage.agreed_per_source as s
    inner join market_history.agreed_version as v
        on v.id = s.id and v.source_id = s._source
    where
        s._place = 1
        and not s._contradicts;
    -- Of the records that the load read one stands for what is made of its key: the first whose version counts. The
    -- others are superseded by it or by another issue of their source.
    with planned as materialized (
        select c.* from loader.chunks_of_records(_p_load) as c
    ), standing as (
        select distinct on (s.id)
            s._source,
            s._record,
            d._source as made_source,
            d._record as made_record,
            md5(d._content::text)::uuid as made_hash
        from market_stage.agreed_per_source as s
        inner join planned as p on p.source_id = s._source
        inner join market_stage.agreed_composed as d
            on d.id = s.id
        order by s.id, s._place
    )
    insert into market_stage.agreed_decision (
        id, _chunk, _source, _record, _rec, _hash, _staged, _version, _outcome
    )
    select
        b.id,
        p.chunk_ids[width_bucket(b._record, p.first_records)],
        coalesce(o.made_source, b._source),
        coalesce(o.made_record, b._record),
        loader.record_id(coalesce(o.made_source, b._source), coalesce(o.made_record, b._record)),
        coalesce(o.made_hash, b._hash),
        true,
        case when o.made_source is null then 2 else 1 end,
        case when o.made_source is null then 'd' end
    from market_build.agreed as b
    inner join planned as p on p.source_id = b._source
    left join standing as o on o._source = b._source and o._record = b._record;
    truncate
        market_build.agreed,
        market_build.agreed_tag;
    insert into market_build.agreed (
        id, name, price, seen, colours, _source, _record, _hash
    )
    select
        r.id, r.name, r.price, r.seen, r.colours,
        c._source,
        c._record,
        md5(c._content::text)::uuid
    from market_stage.agreed_composed as c
    cross join lateral jsonb_to_record(c._content -> 'row')
        as r (id integer, name text, price numeric, seen date, colours text[]);
    get diagnostics _v_rows = row_count;
    _p_held := _p_held || jsonb_build_object('agreed', _v_rows);
    insert into market_build.agreed_tag (
        agreed_id, ordinal, tag, weight, _rec
    )
    select
        r.agreed_id, r.ordinal, r.tag, r.weight,
        loader.record_id(c._source, c._record)
    from market_stage.agreed_composed as c
    cross join lateral jsonb_to_recordset(c._content -> 'children' -> 'agreed_tag')
        as r (agreed_id integer, ordinal integer, tag text, weight integer);
    get diagnostics _v_rows = row_count;
    _p_held := _p_held || jsonb_build_object('agreed_tag', _v_rows);
end
$$;
comment on procedure market_stage.compose_agreed(bigint, bigint[], jsonb) is
'Puts into the build what is made of all versions of each agreed that a load read.';
create or replace procedure market_stage.decide_agreed(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Decides about every agreed that a load touches: what is made of its versions, against the row that is there.
-- Called by loader.apply_load.
#variable_conflict use_column
declare
    _v_lost bigint[] := loader.withdrawn_sources(_p_load, 'agreed');
    _v_held jsonb;
    _v_useless bigint[];
begin
    if not exists (
        select 1
        from loader.load as l
        where l.load_id = _p_load and l.settings ->> 'history' = 'on'
    ) then
        _v_useless := loader.unneeded_sources(_p_load, 'agreed');
        -- Where no history is kept: versions that nothing can bring back. They are of useless sources, or of keys that
        -- the load read, where a newer issue of their source had superseded them before it. Those of keys whose record
        -- was ever rejected stay: nobody newer may have decided about them.
        delete from market_history.agreed_version as v
        where
            v.source_id = any(_v_useless)
            and (v.id) not in (
                select e.id
                from market_stage.ever_rejected_agreed(_p_load) as e
            );
        with counting as materialized (
            select
                c.source_id,
                c.place,
                c.series
            from loader.contributing_sources(_p_load, 'agreed', false) as c
        ), superseded as materialized (
            select
                o.source_id,
                array_agg(n.source_id) as newer
            from counting as o
            inner join counting as n on n.series = o.series and (n.place, n.source_id) > (o.place, o.source_id)
            group by o.source_id
        )
        delete from market_history.agreed_version as v
        using superseded as s
        where
            s.source_id = v.source_id
            and (v.id) in (
                select b.id
                from market_build.agreed as b
            )
            and exists (
                select 1 from market_history.agreed_version as w
                where w.source_id = any(s.newer) and w.id = v.id
            );
    end if;
    call market_stage.compose_agreed(_p_load, _v_lost, _v_held);
    -- All versions of a key about which the sources do not agree: those that this load read, and those that came before
    -- and are taken back now.
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, value, message
    )
    select
        _p_load,
        s._source,
        r._chunk,
        'agreed',
        s._record,
        'conflict',
        'agreed',
        left(v.content::text, 1000),
        format(
            'the sources contradict each other on %s: %s',
            (select string_agg(format('%s %s', e.key, e.value), ', ') from jsonb_each_text(jsonb_build_object(
                'id', s.id
            )) as e),
            (
                select
                    string_agg(
                        format('%s record %s says %s', o.name, m._record, left(w.content::text, 500)),
                        '; ' order by m._place
                    )
                from market_stage.agreed_per_source as m
                inner join market_history.agreed_version as w
                    on w.id = m.id and w.source_id = m._source
                inner join loader.source as o on o.source_id = m._source
                where m.id = s.id and m._place <= 4
            )
        )
    from market_stage.agreed_per_source as s
    inner join market_history.agreed_version as v
        on v.id = s.id and v.source_id = s._source
    left join market_stage.agreed_decision as r
        on r._source = s._source and r._record = s._record
    where
        s._contradicts
        and (
            r._chunk is not null
            or exists (
                select 1 from market.agreed as t
                where t.id = s.id
            )
        );
    -- What was counted as inserted, as it stood in the build, was rejected.
    with rejected as (
        delete from market_stage.agreed_decision as v
        using market_stage.agreed_per_source as s
        where s._contradicts and s._source = v._source and s._record = v._record
        returning v._chunk
    )
    update loader.chunk as c set
        inserted = c.inserted - d.records,
        rejected = c.rejected + d.records
    from (
        select
            r._chunk,
            count(*) as records
        from rejected as r
        group by r._chunk
    ) as d
    where d._chunk = c.chunk_id;
    perform loader.assert_complete(_p_load);
    -- What was made of each key against the row that is there.
    update market_stage.agreed_decision as v
    set
        _old_source = t._source,
        _old_record = t._record,
        _old_hash = t._hash,
        _was_marked = false
    from market.agreed as t
    where v._version = 1 and t.id = v.id;
    insert into market_stage.agreed_decision (
        id, _source, _record, _rec, _hash, _old_source, _old_record, _old_hash, _was_marked
    )
    select
        c.id,
        c._source,
        c._record,
        loader.record_id(c._source, c._record),
        md5(c._content::text)::uuid,
        t._source as _old_source,
        t._record as _old_record,
        t._hash as _old_hash,
        false
    from market_stage.agreed_composed as c
    left join market.agreed as t on t.id = c.id
    where not exists (
        select 1 from market_stage.agreed_decision as v
        where v._version = 1 and v.id = c.id
    );
    update market_stage.agreed_decision as v
    set
        _outcome = case
            when v._old_hash is null then 'i'
            when v._old_hash = v._hash and not v._was_marked then 'n'
            else 'u'
        end
    where v._version = 1;
    perform loader.gather_statistics(
        'market_stage.agreed_decision'::regclass
    );
end
$$;
comment on procedure market_stage.decide_agreed(bigint) is
'Decides about every agreed that a load touches.';
create or replace procedure market_stage.pick_absent_agreed(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Adds to agreed_decision the rows of which no version counts any
-- more, or about which the sources do not agree.
-- Called by loader.apply_load.
#variable_conflict use_column
declare
    _v_lost bigint[] := loader.withdrawn_sources(_p_load, 'agreed');
begin
    if _v_lost <> '{}' or 'agreed' = any(loader.complete_entities(_p_load)) then
        -- Rows that no source speaks of any more.
        insert into market_stage.agreed_decision (
            id, _old_source, _old_record, _old_hash, _outcome
        )
        select
            t.id,
            t._source,
            t._record,
            t._hash,
            'g'
        from market.agreed as t
        where
            (t.id) in (
                select l.id
                from market_history.agreed_version as l
                where l.source_id = any(_v_lost)
                union all
                select e.id
                from market_stage.ever_rejected_agreed(_p_load) as e
            )
            and not exists (
                select 1 from market_stage.agreed_per_source as s
                where s.id = t.id
            );
    end if;
    -- Rows that the sources do not agree about any more.
    insert into market_stage.agreed_decision (
        id, _old_source, _old_record, _old_hash, _outcome
    )
    select
        t.id,
        t._source,
        t._record,
        t._hash,
        'x'
    from market.agreed as t
    inner join market_stage.agreed_per_source as s
        on s.id = t.id
    where s._place = 1 and s._contradicts;
end
$$;
comment on procedure market_stage.pick_absent_agreed(bigint) is
'Adds the rows of which no version counts any more to what was decided.';
create or replace procedure market_stage.resolve_agreed(_p_load bigint, inout _p_held jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Makes one agreed of all versions of a key in the build of a replace, which has only what its own dumps say.
-- _p_held: rows of each table, which become others. Called by loader.resolve_build when every chunk is done.
#variable_conflict use_column
declare
    _v_sources bigint[];
    _v_records bigint[];
begin
    call market_stage.compose_agreed(_p_load, '{}', _p_held);
    -- All versions of a key about which the sources do not agree: those that this load read, and those that came before
    -- and are taken back now.
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, value, message
    )
    select
        _p_load,
        s._source,
        r._chunk,
        'agreed',
        s._record,
        'conflict',
        'agreed',
        left(v.content::text, 1000),
        format(
            'the sources contradict each other on %s: %s',
            (select string_agg(format('%s %s', e.key, e.value), ', ') from jsonb_each_text(jsonb_build_object(
                'id', s.id
            )) as e),
            (
                select
                    string_agg(
                        format('%s record %s says %s', o.name, m._record, left(w.content::text, 500)),
                        '; ' order by m._place
                    )
                from market_stage.agreed_per_source as m
                inner join market_history.agreed_version as w
                    on w.id = m.id and w.source_id = m._source
                inner join loader.source as o on o.source_id = m._source
                where m.id = s.id and m._place <= 4
            )
        )
    from market_stage.agreed_per_source as s
    inner join market_history.agreed_version as v
        on v.id = s.id and v.source_id = s._source
    left join market_stage.agreed_decision as r
        on r._source = s._source and r._record = s._record
    where
        s._contradicts
        and (
            r._chunk is not null
        );
    -- What was counted as inserted, as it stood in the build, was rejected.
    with rejected as (
        delete from market_stage.agreed_decision as v
        using market_stage.agreed_per_source as s
        where s._contradicts and s._source = v._source and s._record = v._record
        returning v._chunk
    )
    update loader.chunk as c set
        inserted = c.inserted - d.records,
        rejected = c.rejected + d.records
    from (
        select
            r._chunk,
            count(*) as records
        from rejected as r
        group by r._chunk
    ) as d
    where d._chunk = c.chunk_id;
    perform loader.assert_complete(_p_load);
    -- Versions that gave way to others, beside those of this load, which are counted with what was decided.
    update loader.load as l set conflicts = l.conflicts + c.versions
    from (
        select count(*) as versions
        from (
            -- Versions that other sources have of what this load read, behind the first of each key.
            select
                s.*,
                case when not s._contradicts then f._source end as _winner_source,
                case when not s._contradicts then f._record end as _winner_record
            from market_stage.agreed_per_source as s
            inner join market_stage.agreed_per_source as f
                on f._place = 1 and f.id = s.id
            where
                s._place > 1
                and exists (
                    select 1
                    from market_stage.agreed_per_source as o
                    inner join loader.source as r on r.source_id = o._source
                    where r.load_id = _p_load and o.id = s.id
                )
        ) as m
        where not exists (
            select 1 from market_stage.agreed_decision as v
            where v._outcome = 'd' and v._source = m._source and v._record = m._record
        )
    ) as c
    where l.load_id = _p_load;
    -- The first conflicts by key: which version won, and why.
    insert into loader.conflict (
        load_id, entity, key, winner_source, winner_record, loser_source, loser_record, why
    )
    select
        _p_load,
        'agreed',
        jsonb_build_object(
            'id', c.id
        ),
        w.source_id as winner_source,
        case when w.source_id is not null then c._winner_record end,
        c._source,
        c._record,
        case
            when c._winner_source is null then 'error: the sources contradict each other'
            else 'error: ' || loader.why_wins(c._winner_source, c._source)
        end
    from (
        select l.*
        from (
            -- Versions that other sources have of what this load read, behind the first of each key.
            select
                s.*,
                case when not s._contradicts then f._source end as _winner_source,
                case when not s._contradicts then f._record end as _winner_record
            from market_stage.agreed_per_source as s
            inner join market_stage.agreed_per_source as f
                on f._place = 1 and f.id = s.id
            where
                s._place > 1
                and exists (
                    select 1
                    from market_stage.agreed_per_source as o
                    inner join loader.source as r on r.source_id = o._source
                    where r.load_id = _p_load and o.id = s.id
                )
        ) as l
        order by l.id, l._source, l._record
        limit 100
    ) as c
    left join loader.source as w on w.source_id = c._winner_source;
    select coalesce(array_agg(v._source), '{}'), coalesce(array_agg(v._record), '{}')
    into _v_sources, _v_records
    from market_stage.agreed_decision as v
    where v._outcome = 'd';
    perform loader.count_losers(_v_sources, _v_records);
    update loader.load as l set conflicts = l.conflicts + cardinality(_v_records)
    where l.load_id = _p_load;
end
$$;
comment on procedure market_stage.resolve_agreed(bigint, jsonb) is
'Makes one agreed of all versions of a key in the build of a replace.';

-- sql/dataset/apply/apply_entity.sql, mapping 116b0f95aecc
create or replace procedure market_stage.drop_absent_filled(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Deletes the rows that filled_decision says are gone. Called by
-- apply_filled and loader.remove_absent.
#variable_conflict use_column
begin
    if not exists (
        select 1 from market_stage.filled_decision as v
        where v._outcome = 'g'
    ) then
        return;
    end if;
    delete from market.filled_tag_note as t
    where (t.filled_id) in (
        select v.id
        from market_stage.filled_decision as v
        where v._outcome = 'g'
    );
    delete from market.filled_tag as t
    where (t.filled_id) in (
        select v.id
        from market_stage.filled_decision as v
        where v._outcome = 'g'
    );
    delete from market.filled as t
    where (t.id) in (
        select v.id
        from market_stage.filled_decision as v
        where v._outcome = 'g'
    );
end
$$;
comment on procedure market_stage.drop_absent_filled(bigint) is
'Deletes the filled rows that a complete load no longer holds.';
create or replace procedure market_stage.apply_filled(_p_load bigint, _p_history boolean)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Writes what filled_decision says into market, by difference, and notes what changed.
-- _p_history: whether the versions before are kept. Called by loader.apply_load, in the one transaction that shows the
-- load to readers, and by loader.rollback.
declare
    _v_referenced tid[];
begin
    -- What is about to change, and, where history is kept, what it was.
    insert into market_history.filled_change (
        load_id, id, op, columns,
        source_before, record_before, hash_before, source_after, record_after, hash_after, before
    )
    select
        _p_load,
        v.id,
        case v._outcome
            when 'i' then 'insert'
            when 'u' then 'update'
            else 'delete'
        end,
        case
            when v._outcome = 'u' then array_remove(array[
                case
                    when t.name
                        is distinct from b.name
                    then 'name'
                end,
                case
                    when t.price::text
                        is distinct from b.price::text
                    then 'price'
                end,
                case
                    when t.seen
                        is distinct from b.seen
                    then 'seen'
                end,
                case
                    when t.colours
                        is distinct from b.colours
                    then 'colours'
                end
            ]::text[], null)
        end,
        v._old_source,
        v._old_record,
        v._old_hash,
        v._source,
        v._record,
        v._hash,
        case
            when _p_history and v._outcome <> 'i'
                then market_stage.version_of_filled(v.id)
        end
    from market_stage.filled_decision as v
    left join market_build.filled as b
        on b._source = v._source and b._record = v._record
    left join market.filled as t
        on v._outcome <> 'i' and t.id = v.id
    where v._outcome in ('i', 'u', 'g', 'x');
    if _p_history then
        perform loader.keep_users_columns(_p_load, 'filled');
    end if;
    -- In key order, so that it does not deadlock with others that write these rows.
    insert into market.filled as t (
        id, name, price, seen, colours, _source, _record, _hash
    )
    select
        b.id, b.name, b.price, b.seen, b.colours, b._source, b._record, b._hash
    from market_build.filled as b
    where loader.record_id(b._source, b._record) in (
        select v._rec from market_stage.filled_decision as v
        where v._outcome in ('i', 'u')
    )
    order by b.id
    on conflict (id) do update set
        name = excluded.name,
        price = excluded.price,
        seen = excluded.seen,
        colours = excluded.colours,
        _source = excluded._source,
        _record = excluded._record,
        _hash = excluded._hash;
    if exists (
        select 1 from market_stage.filled_decision as v
        where v._outcome = 'i'
    ) then
        begin
            insert into market.filled_tag (
                filled_id, ordinal, tag, weight
            )
            select
                b.filled_id, b.ordinal, b.tag, b.weight
            from market_build.filled_tag as b
            where
                b._rec in (
                    select v._rec from market_stage.filled_decision as v
                    where v._outcome = 'i'
                );
            insert into market.filled_tag_note (
                filled_id, tag_ordinal, ordinal, note
            )
            select
                b.filled_id, b.tag_ordinal, b.ordinal, b.note
            from market_build.filled_tag_note as b
            where
                b._rec in (
                    select v._rec from market_stage.filled_decision as v
                    where v._outcome = 'i'
                );
        exception
            when unique_violation then
                -- Somebody has deleted roots without their children.
                delete from market.filled_tag as t
                where (t.filled_id) in (
                    select v.id
                    from market_stage.filled_decision as v
                    where v._outcome = 'i'
                );
                insert into market.filled_tag (
                    filled_id, ordinal, tag, weight
                )
                select
                    b.filled_id, b.ordinal, b.tag, b.weight
                from market_build.filled_tag as b
                where
                    b._rec in (
                        select v._rec from market_stage.filled_decision as v
                        where v._outcome = 'i'
                    );
                delete from market.filled_tag_note as t
                where (t.filled_id) in (
                    select v.id
                    from market_stage.filled_decision as v
                    where v._outcome = 'i'
                );
                insert into market.filled_tag_note (
                    filled_id, tag_ordinal, ordinal, note
                )
                select
                    b.filled_id, b.tag_ordinal, b.ordinal, b.note
                from market_build.filled_tag_note as b
                where
                    b._rec in (
                        select v._rec from market_stage.filled_decision as v
                        where v._outcome = 'i'
                    );
        end;
    end if;
    if exists (
        select 1 from market_stage.filled_decision as v
        where v._outcome = 'u'
    ) then
        _v_referenced := '{}';
        if loader.reference_guard('market.filled_tag'::regclass, 't') <> '' then

            -- Rows that changed records no longer have, but that others refer to.
            select coalesce(
                array_agg(s.place) filter (
                    where loader.is_referenced('market.filled_tag'::regclass, s.place)
                ),
                '{}'
            )
            into _v_referenced
            from (
                select t.ctid as place
                from market.filled_tag as t
                where
                    (t.filled_id) in (
                        select v.id
                        from market_stage.filled_decision as v
                        where v._outcome = 'u'
                    )
                    and not exists (
                        select 1 from market_build.filled_tag as b
                        inner join market_stage.filled_decision as v on v._rec = b._rec
                        where
                            v._outcome = 'u'
                            and b.filled_id = t.filled_id
                            and b.ordinal = t.ordinal
                    )
                offset 0
            ) as s;
            perform loader.report_surplus(_p_load, 'filled_tag', cardinality(_v_referenced));
        end if;
        -- Of the rows that a statement writes, whose children they are: history says so.
        with written as (

            delete from market.filled_tag as t
                where
                    (t.filled_id) in (
                        select v.id
                        from market_stage.filled_decision as v
                        where v._outcome = 'u'
                    )
                    and not exists (
                        select 1 from market_build.filled_tag as b
                        inner join market_stage.filled_decision as v on v._rec = b._rec
                        where
                            v._outcome = 'u'
                            and b.filled_id = t.filled_id
                            and b.ordinal = t.ordinal
                    )
                    and t.ctid <> all(_v_referenced)
            returning t.filled_id
        )
        insert into market_stage.filled_touched (id, _table)
        select distinct
            w.filled_id,
            1
        from written as w;
        -- Of the rows that a statement writes, whose children they are: history says so.
        with written as (
            -- Only rows that differ: ON CONFLICT would lock, and so write, those that do not.
            insert into market.filled_tag as t (
                filled_id, ordinal, tag, weight
            )
            select
                b.filled_id, b.ordinal, b.tag, b.weight
            from market_build.filled_tag as b
            where
                b._rec in (
                    select v._rec from market_stage.filled_decision as v
                    where v._outcome = 'u'
                )
                and not exists (
                    select 1 from market.filled_tag as o
                    where
                        o.filled_id = b.filled_id
                        and o.ordinal = b.ordinal
                        and (o.tag, o.weight)
                        is not distinct from
                        (b.tag, b.weight)
                )
            order by b.filled_id, b.ordinal
            on conflict (filled_id, ordinal) do update set
                tag = excluded.tag,
                weight = excluded.weight
            returning t.filled_id
        )
        insert into market_stage.filled_touched (id, _table)
        select distinct
            w.filled_id,
            1
        from written as w;
        _v_referenced := '{}';
        if loader.reference_guard('market.filled_tag_note'::regclass, 't') <> '' then

            -- Rows that changed records no longer have, but that others refer to.
            select coalesce(
                array_agg(s.place) filter (
                    where loader.is_referenced('market.filled_tag_note'::regclass, s.place)
                ),
                '{}'
            )
            into _v_referenced
            from (
                select t.ctid as place
                from market.filled_tag_note as t
                where
                    (t.filled_id) in (
                        select v.id
                        from market_stage.filled_decision as v
                        where v._outcome = 'u'
                    )
                    and not exists (
                        select 1 from market_build.filled_tag_note as b
                        inner join market_stage.filled_decision as v on v._rec = b._rec
                        where
                            v._outcome = 'u'
                            and b.filled_id = t.filled_id
                            and b.tag_ordinal = t.tag_ordinal
                            and b.ordinal = t.ordinal
                    )
                offset 0
            ) as s;
            perform loader.report_surplus(_p_load, 'filled_tag_note', cardinality(_v_referenced));
        end if;
        -- Of the rows that a statement writes, whose children they are: history says so.
        with written as (

            delete from market.filled_tag_note as t
                where
                    (t.filled_id) in (
                        select v.id
                        from market_stage.filled_decision as v
                        where v._outcome = 'u'
                    )
                    and not exists (
                        select 1 from market_build.filled_tag_note as b
                        inner join market_stage.filled_decision as v on v._rec = b._rec
                        where
                            v._outcome = 'u'
                            and b.filled_id = t.filled_id
                            and b.tag_ordinal = t.tag_ordinal
                            and b.ordinal = t.ordinal
                    )
                    and t.ctid <> all(_v_referenced)
            returning t.filled_id
        )
        insert into market_stage.filled_touched (id, _table)
        select distinct
            w.filled_id,
            2
        from written as w;
        -- Of the rows that a statement writes, whose children they are: history says so.
        with written as (
            -- Only rows that differ: ON CONFLICT would lock, and so write, those that do not.
            insert into market.filled_tag_note as t (
                filled_id, tag_ordinal, ordinal, note
            )
            select
                b.filled_id, b.tag_ordinal, b.ordinal, b.note
            from market_build.filled_tag_note as b
            where
                b._rec in (
                    select v._rec from market_stage.filled_decision as v
                    where v._outcome = 'u'
                )
                and not exists (
                    select 1 from market.filled_tag_note as o
                    where
                        o.filled_id = b.filled_id
                        and o.tag_ordinal = b.tag_ordinal
                        and o.ordinal = b.ordinal
                        and (o.note)
                        is not distinct from
                        (b.note)
                )
            order by b.filled_id, b.tag_ordinal, b.ordinal
            on conflict (filled_id, tag_ordinal, ordinal) do update set
                note = excluded.note
            returning t.filled_id
        )
        insert into market_stage.filled_touched (id, _table)
        select distinct
            w.filled_id,
            2
        from written as w;
        -- Child tables follow the root's columns in what changed.
        update market_history.filled_change as h
        set columns = h.columns || r.names
        from (
            select
                u.id,
                array_agg(u.name order by u.place) as names
            from (
                select distinct
                    o.id,
                    n.name,
                    n.place
                from market_stage.filled_touched as o
                inner join unnest(array[
                    'filled_tag',
                    'filled_tag_note'
                ]::text[]) with ordinality as n (name, place) on n.place = o._table
            ) as u
            group by u.id
        ) as r
        where h.load_id = _p_load and h.id = r.id;
    end if;
    call market_stage.drop_absent_filled(_p_load);
    if exists (
        select 1 from market_stage.filled_decision as v
        where v._outcome = 'x'
    ) then
        delete from market.filled_tag_note as t
        where (t.filled_id) in (
            select v.id
            from market_stage.filled_decision as v
            where v._outcome = 'x'
        );
        delete from market.filled_tag as t
        where (t.filled_id) in (
            select v.id
            from market_stage.filled_decision as v
            where v._outcome = 'x'
        );
        delete from market.filled as t
        where (t.id) in (
            select v.id
            from market_stage.filled_decision as v
            where v._outcome = 'x'
        );
    end if;
    -- Until now what stands in the build counted as inserted, all else as unchanged.
    with counted as (
        select
            v._chunk as chunk_id,
            count(*) filter (where v._outcome = 'i') - count(*) filter (where v._staged) as inserted,
            count(*) filter (where v._outcome = 'u') as updated,
            count(*) filter (where v._outcome = 'n') - count(*) filter (where not v._staged) as unchanged,
            count(*) filter (where v._outcome = 'd') as duplicate
        from market_stage.filled_decision as v
        where v._chunk is not null
        group by v._chunk
    )
    update loader.chunk as c set
        inserted = c.inserted + d.inserted,
        updated = c.updated + d.updated,
        unchanged = c.unchanged + d.unchanged,
        duplicate = c.duplicate + d.duplicate
    from counted as d
    where d.chunk_id = c.chunk_id;
    -- Versions that gave way to others, beside those of this load, which are counted with what was decided.
    update loader.load as l set conflicts = l.conflicts + c.versions
    from (
        select count(*) as versions
        from (
            -- Versions that other sources have of what this load read, behind the first of each key.
            select
                s.*,
                case when not s._contradicts then f._source end as _winner_source,
                case when not s._contradicts then f._record end as _winner_record
            from market_stage.filled_per_source as s
            inner join market_stage.filled_per_source as f
                on f._place = 1 and f.id = s.id
            where
                s._place > 1
                and exists (
                    select 1
                    from market_stage.filled_per_source as o
                    inner join loader.source as r on r.source_id = o._source
                    where r.load_id = _p_load and o.id = s.id
                )
        ) as m
        where not exists (
            select 1 from market_stage.filled_decision as v
            where v._outcome = 'd' and v._source = m._source and v._record = m._record
        )
    ) as c
    where l.load_id = _p_load;
    -- The first conflicts by key: which version won, and why.
    insert into loader.conflict (
        load_id, entity, key, winner_source, winner_record, loser_source, loser_record, why
    )
    select
        _p_load,
        'filled',
        jsonb_build_object(
            'id', c.id
        ),
        w.source_id as winner_source,
        case when w.source_id is not null then c._winner_record end,
        c._source,
        c._record,
        case
            when c._winner_source is null then 'error: the sources contradict each other'
            else 'fill: ' || loader.why_wins(c._winner_source, c._source)
        end
    from (
        select l.*
        from (
            -- Versions that other sources have of what this load read, behind the first of each key.
            select
                s.*,
                case when not s._contradicts then f._source end as _winner_source,
                case when not s._contradicts then f._record end as _winner_record
            from market_stage.filled_per_source as s
            inner join market_stage.filled_per_source as f
                on f._place = 1 and f.id = s.id
            where
                s._place > 1
                and exists (
                    select 1
                    from market_stage.filled_per_source as o
                    inner join loader.source as r on r.source_id = o._source
                    where r.load_id = _p_load and o.id = s.id
                )
        ) as l
        order by l.id, l._source, l._record
        limit 100
    ) as c
    left join loader.source as w on w.source_id = c._winner_source;
end
$$;
comment on procedure market_stage.apply_filled(bigint, boolean) is
'Writes what was decided about filled records into the tables, by difference.';

-- sql/dataset/compose/compose_entity.sql, mapping 116b0f95aecc
create or replace procedure market_stage.compose_filled(
    _p_load bigint,
    _p_lost bigint[],
    inout _p_held jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Policy fill: keeps what each source of a load says, and puts into the build, instead of the records read, what is
-- made of all versions of their keys. _p_lost: sources whose versions do not count any more. _p_held: rows of each
-- table of the build, which become others.
-- Fills filled_decision with the records read: d superseded, null: it stands for what was made of its key.
-- Called by decide_filled and
-- resolve_filled. Writes filled_version,
-- build, staging.
#variable_conflict use_column
declare
    _v_lost bigint[] := _p_lost;
    _v_rows bigint;
begin
    truncate
        market_stage.filled_decision,
        market_stage.filled_touched,
        market_stage.filled_per_source,
        market_stage.filled_composed;
    -- What each source of the load says of a key. Of several records of one source the last counts.
    with c1 as (
        select
            c._rec,
            jsonb_build_object(
                'filled_tag',
                jsonb_agg(to_jsonb(c.*) - '_rec' order by c.filled_id, c.ordinal)
            ) as named
        from market_build.filled_tag as c
        group by c._rec
    ),
    c2 as (
        select
            c._rec,
            jsonb_build_object(
                'filled_tag_note',
                jsonb_agg(to_jsonb(c.*) - '_rec' order by c.filled_id, c.tag_ordinal, c.ordinal)
            ) as named
        from market_build.filled_tag_note as c
        group by c._rec
    )
    insert into market_history.filled_version as t (
        id, source_id, record, hash, content
    )
    select distinct on (b.id, b._source)
        b.id,
        b._source,
        b._record,
        b._hash,
        jsonb_build_object(
            'row', jsonb_strip_nulls(to_jsonb(b.*) - '{_source,_record,_hash,_gone_since}'::text[]),
            'children', '{}'::jsonb
            || coalesce(c1.named, '{}')
            || coalesce(c2.named, '{}')
        )
    from market_build.filled as b
    left join c1 on c1._rec = loader.record_id(b._source, b._record)
    left join c2 on c2._rec = loader.record_id(b._source, b._record)
    order by b.id, b._source, b._record desc
    on conflict (id, source_id) do update set
        record = excluded.record,
        hash = excluded.hash,
        content = excluded.content;
    -- The versions that count of every key that the load read, or that a source says nothing of any more, or whose
    -- record was rejected; of several issues of one source the newest.
    with counting as materialized (
        select
            c.source_id,
            c.place,
            c.series
        from loader.contributing_sources(_p_load, 'filled') as c
    ), touched as (
        select b.id
        from market_build.filled as b
        union
        select l.id
        from market_history.filled_version as l
        where l.source_id = any(_v_lost)
        union
        select e.id
        from market_stage.ever_rejected_filled(_p_load) as e
    ), candidate as (
        select
            t.id,
            v.source_id,
            v.record,
            c.place,
            c.series
        from touched as t
        inner join market_history.filled_version as v
            on v.id = t.id
        inner join counting as c on c.source_id = v.source_id
        union all
        select
            s.id,
            v.source_id,
            v.record,
            s.place,
            s.series
        from market_stage.spared_filled(_p_load) as s
        inner join market_history.filled_version as v
            on v.source_id = s.source_id and v.id = s.id
    ), issue as (
        select distinct on (c.id, c.series)
            c.id,
            c.source_id,
            c.record,
            c.place
        from candidate as c
        order by c.id, c.series, c.place desc, c.source_id desc
    )
    insert into market_stage.filled_per_source (
        id, _place, _source, _record
    )
    select
        i.id,
        row_number() over (partition by i.id order by i.place desc, i.source_id desc),
        i.source_id,
        i.record
    from issue as i;
    perform loader.gather_statistics(
        'market_stage.filled_per_source'::regclass
    );
    -- A column has the first value, by conflict order; a child row is the first of its key. Versions hold no NULLs.
    with chosen as materialized (
        select m.id, m._place, m._source, m._record
        from market_stage.filled_per_source as m
        where (m.id) in (
            select n.id
            from market_stage.filled_per_source as n
            where n._place = 2
        )
    ), filled as (
        -- Of equal names the last stays.
        select
            m.id,
            jsonb_object_agg(e.key, e.value order by m._place desc) as named
        from chosen as m
        inner join market_history.filled_version as v
            on v.id = m.id and v.source_id = m._source
        cross join lateral jsonb_each(v.content -> 'row') as e (key, value)
        group by m.id
    ), u1 as (
        select distinct on (m.id, o.ordinal)
            m.id,
            o.ordinal,
            e.item
        from chosen as m
        inner join market_history.filled_version as v
            on v.id = m.id and v.source_id = m._source
        cross join lateral jsonb_array_elements(v.content -> 'children' -> 'filled_tag') as e (item)
        cross join lateral jsonb_to_record(e.item)
            as o (
                ordinal integer
            )
        order by m.id, o.ordinal, m._place
    ), c1 as (
        select
            u.id,
            jsonb_build_object(
                'filled_tag', jsonb_agg(u.item order by u.ordinal)
            ) as named
        from u1 as u
        group by u.id
    ), u2 as (
        select distinct on (m.id, o.tag_ordinal, o.ordinal)
            m.id,
            o.tag_ordinal, o.ordinal,
            e.item
        from chosen as m
        inner join market_history.filled_version as v
            on v.id = m.id and v.source_id = m._source
        cross join lateral jsonb_array_elements(v.content -> 'children' -> 'filled_tag_note') as e (item)
        cross join lateral jsonb_to_record(e.item)
            as o (
                tag_ordinal integer,
                ordinal integer
            )
        order by m.id, o.tag_ordinal, o.ordinal, m._place
    ), c2 as (
        select
            u.id,
            jsonb_build_object(
                'filled_tag_note', jsonb_agg(u.item order by u.tag_ordinal, u.ordinal)
            ) as named
        from u2 as u
        group by u.id
    )
    insert into market_stage.filled_composed (
        id, _source, _record, _content
    )
    select
        s.id,
        s._source,
        s._record,
        jsonb_build_object(
            'row', r.named,
            'children', '{}'::jsonb
            || coalesce(c1.named, '{}')
            || coalesce(c2.named, '{}')
        )
    from chosen as s
    inner join filled as r on r.id = s.id
    left join c1 on c1.id = s.id
    left join c2 on c2.id = s.id
    where s._place = 1;
    -- The version that goes first, as it is.
    insert into market_stage.filled_composed (
        id, _source, _record, _content
    )
    select
        s.id,
        s._source,
        s._record,
        v.content
    from market_stage.filled_per_source as s
    inner join market_history.filled_version as v
        on v.id = s.id and v.source_id = s._source
    where
        s._place = 1
        and not s._contradicts
        and not exists (
            select 1 from market_stage.filled_per_source as m
            where m._place = 2 and m.id = s.id
        );
    -- Of the records that the load read one stands for what is made of its key: the first whose version counts. The
    -- others are superseded by it or by another issue of their source.
    with planned as materialized (
        select c.* from loader.chunks_of_records(_p_load) as c
    ), standing as (
        select distinct on (s.id)
            s._source,
            s._record,
            d._source as made_source,
            d._record as made_record,
            md5(d._content::text)::uuid as made_hash
        from market_stage.filled_per_source as s
        inner join planned as p on p.source_id = s._source
        inner join market_stage.filled_composed as d
            on d.id = s.id
        order by s.id, s._place
    )
    insert into market_stage.filled_decision (
        id, _chunk, _source, _record, _rec, _hash, _staged, _version, _outcome
    )
    select
        b.id,
        p.chunk_ids[width_bucket(b._record, p.first_records)],
        coalesce(o.made_source, b._source),
        coalesce(o.made_record, b._record),
        loader.record_id(coalesce(o.made_source, b._source), coalesce(o.made_record, b._record)),
        coalesce(o.made_hash, b._hash),
        true,
        case when o.made_source is null then 2 else 1 end,
        case when o.made_source is null then 'd' end
    from market_build.filled as b
    inner join planned as p on p.source_id = b._source
    left join standing as o on o._source = b._source and o._record = b._record;
    truncate
        market_build.filled,
        market_build.filled_tag,
        market_build.filled_tag_note;
    insert into market_build.filled (
        id, name, price, seen, colours, _source, _record, _hash
    )
    select
        r.id, r.name, r.price, r.seen, r.colours,
        c._source,
        c._record,
        md5(c._content::text)::uuid
    from market_stage.filled_composed as c
    cross join lateral jsonb_to_record(c._content -> 'row')
        as r (id integer, name text, price numeric, seen date, colours text[]);
    get diagnostics _v_rows = row_count;
    _p_held := _p_held || jsonb_build_object('filled', _v_rows);
    insert into market_build.filled_tag (
        filled_id, ordinal, tag, weight, _rec
    )
    select
        r.filled_id, r.ordinal, r.tag, r.weight,
        loader.record_id(c._source, c._record)
    from market_stage.filled_composed as c
    cross join lateral jsonb_to_recordset(c._content -> 'children' -> 'filled_tag')
        as r (filled_id integer, ordinal integer, tag text, weight integer);
    get diagnostics _v_rows = row_count;
    _p_held := _p_held || jsonb_build_object('filled_tag', _v_rows);
    insert into market_build.filled_tag_note (
        filled_id, tag_ordinal, ordinal, note, _rec
    )
    select
        r.filled_id, r.tag_ordinal, r.ordinal, r.note,
        loader.record_id(c._source, c._record)
    from market_stage.filled_composed as c
    cross join lateral jsonb_to_recordset(c._content -> 'children' -> 'filled_tag_note')
        as r (filled_id integer, tag_ordinal integer, ordinal integer, note text);
    get diagnostics _v_rows = row_count;
    _p_held := _p_held || jsonb_build_object('filled_tag_note', _v_rows);
end
$$;
comment on procedure market_stage.compose_filled(bigint, bigint[], jsonb) is
'Puts into the build what is made of all versions of each filled that a load read.';
create or replace procedure market_stage.decide_filled(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Decides about every filled that a load touches: what is made of its versions, against the row that is there.
-- Called by loader.apply_load.
#variable_conflict use_column
declare
    _v_lost bigint[] := loader.withdrawn_sources(_p_load, 'filled');
    _v_held jsonb;
    _v_useless bigint[];
begin
    if not exists (
        select 1
        from loader.load as l
        where l.load_id = _p_load and l.settings ->> 'history' = 'on'
    ) then
        _v_useless := loader.unneeded_sources(_p_load, 'filled');
        -- Where no history is kept: versions that nothing can bring back. They are of useless sources, or of keys that
        -- the load read, where a newer issue of their source had superseded them before it. Those of keys whose record
        -- was ever rejected stay: nobody newer may have decided about them.
        delete from market_history.filled_version as v
        where
            v.source_id = any(_v_useless)
            and (v.id) not in (
                select e.id
                from market_stage.ever_rejected_filled(_p_load) as e
            );
        with counting as materialized (
            select
                c.source_id,
                c.place,
                c.series
            from loader.contributing_sources(_p_load, 'filled', false) as c
        ), superseded as materialized (
            select
                o.source_id,
                array_agg(n.source_id) as newer
            from counting as o
            inner join counting as n on n.series = o.series and (n.place, n.source_id) > (o.place, o.source_id)
            group by o.source_id
        )
        delete from market_history.filled_version as v
        using superseded as s
        where
            s.source_id = v.source_id
            and (v.id) in (
                select b.id
                from market_build.filled as b
            )
            and exists (
                select 1 from market_history.filled_version as w
                where w.source_id = any(s.newer) and w.id = v.id
            );
    end if;
    call market_stage.compose_filled(_p_load, _v_lost, _v_held);
    -- What was made of each key against the row that is there.
    update market_stage.filled_decision as v
    set
        _old_source = t._source,
        _old_record = t._record,
        _old_hash = t._hash,
        _was_marked = false
    from market.filled as t
    where v._version = 1 and t.id = v.id;
    insert into market_stage.filled_decision (
        id, _source, _record, _rec, _hash, _old_source, _old_record, _old_hash, _was_marked
    )
    select
        c.id,
        c._source,
        c._record,
        loader.record_id(c._source, c._record),
        md5(c._content::text)::uuid,
        t._source as _old_source,
        t._record as _old_record,
        t._hash as _old_hash,
        false
    from market_stage.filled_composed as c
    left join market.filled as t on t.id = c.id
    where not exists (
        select 1 from market_stage.filled_decision as v
        where v._version = 1 and v.id = c.id
    );
    update market_stage.filled_decision as v
    set
        _outcome = case
            when v._old_hash is null then 'i'
            when v._old_hash = v._hash and not v._was_marked then 'n'
            else 'u'
        end
    where v._version = 1;
    perform loader.gather_statistics(
        'market_stage.filled_decision'::regclass
    );
end
$$;
comment on procedure market_stage.decide_filled(bigint) is
'Decides about every filled that a load touches.';
create or replace procedure market_stage.pick_absent_filled(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Adds to filled_decision the rows of which no version counts any
-- more.
-- Called by loader.apply_load.
#variable_conflict use_column
declare
    _v_lost bigint[] := loader.withdrawn_sources(_p_load, 'filled');
begin
    if _v_lost <> '{}' or 'filled' = any(loader.complete_entities(_p_load)) then
        -- Rows that no source speaks of any more.
        insert into market_stage.filled_decision (
            id, _old_source, _old_record, _old_hash, _outcome
        )
        select
            t.id,
            t._source,
            t._record,
            t._hash,
            'g'
        from market.filled as t
        where
            (t.id) in (
                select l.id
                from market_history.filled_version as l
                where l.source_id = any(_v_lost)
                union all
                select e.id
                from market_stage.ever_rejected_filled(_p_load) as e
            )
            and not exists (
                select 1 from market_stage.filled_per_source as s
                where s.id = t.id
            );
    end if;
end
$$;
comment on procedure market_stage.pick_absent_filled(bigint) is
'Adds the rows of which no version counts any more to what was decided.';
create or replace procedure market_stage.resolve_filled(_p_load bigint, inout _p_held jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Makes one filled of all versions of a key in the build of a replace, which has only what its own dumps say.
-- _p_held: rows of each table, which become others. Called by loader.resolve_build when every chunk is done.
#variable_conflict use_column
declare
    _v_sources bigint[];
    _v_records bigint[];
begin
    call market_stage.compose_filled(_p_load, '{}', _p_held);
    -- Versions that gave way to others, beside those of this load, which are counted with what was decided.
    update loader.load as l set conflicts = l.conflicts + c.versions
    from (
        select count(*) as versions
        from (
            -- Versions that other sources have of what this load read, behind the first of each key.
            select
                s.*,
                case when not s._contradicts then f._source end as _winner_source,
                case when not s._contradicts then f._record end as _winner_record
            from market_stage.filled_per_source as s
            inner join market_stage.filled_per_source as f
                on f._place = 1 and f.id = s.id
            where
                s._place > 1
                and exists (
                    select 1
                    from market_stage.filled_per_source as o
                    inner join loader.source as r on r.source_id = o._source
                    where r.load_id = _p_load and o.id = s.id
                )
        ) as m
        where not exists (
            select 1 from market_stage.filled_decision as v
            where v._outcome = 'd' and v._source = m._source and v._record = m._record
        )
    ) as c
    where l.load_id = _p_load;
    -- The first conflicts by key: which version won, and why.
    insert into loader.conflict (
        load_id, entity, key, winner_source, winner_record, loser_source, loser_record, why
    )
    select
        _p_load,
        'filled',
        jsonb_build_object(
            'id', c.id
        ),
        w.source_id as winner_source,
        case when w.source_id is not null then c._winner_record end,
        c._source,
        c._record,
        case
            when c._winner_source is null then 'error: the sources contradict each other'
            else 'fill: ' || loader.why_wins(c._winner_source, c._source)
        end
    from (
        select l.*
        from (
            -- Versions that other sources have of what this load read, behind the first of each key.
            select
                s.*,
                case when not s._contradicts then f._source end as _winner_source,
                case when not s._contradicts then f._record end as _winner_record
            from market_stage.filled_per_source as s
            inner join market_stage.filled_per_source as f
                on f._place = 1 and f.id = s.id
            where
                s._place > 1
                and exists (
                    select 1
                    from market_stage.filled_per_source as o
                    inner join loader.source as r on r.source_id = o._source
                    where r.load_id = _p_load and o.id = s.id
                )
        ) as l
        order by l.id, l._source, l._record
        limit 100
    ) as c
    left join loader.source as w on w.source_id = c._winner_source;
    select coalesce(array_agg(v._source), '{}'), coalesce(array_agg(v._record), '{}')
    into _v_sources, _v_records
    from market_stage.filled_decision as v
    where v._outcome = 'd';
    perform loader.count_losers(_v_sources, _v_records);
    update loader.load as l set conflicts = l.conflicts + cardinality(_v_records)
    where l.load_id = _p_load;
end
$$;
comment on procedure market_stage.resolve_filled(bigint, jsonb) is
'Makes one filled of all versions of a key in the build of a replace.';

-- sql/dataset/apply/apply_entity.sql, mapping 116b0f95aecc
create or replace procedure market_stage.drop_absent_merged(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Deletes the rows that merged_decision says are gone. Called by
-- apply_merged and loader.remove_absent.
#variable_conflict use_column
begin
    if not exists (
        select 1 from market_stage.merged_decision as v
        where v._outcome = 'g'
    ) then
        return;
    end if;
    delete from market.merged_tag as t
    where (t.merged_id, t.merged_kind) in (
        select v.id, v.kind
        from market_stage.merged_decision as v
        where v._outcome = 'g'
    );
    delete from market.merged as t
    where (t.id, t.kind) in (
        select v.id, v.kind
        from market_stage.merged_decision as v
        where v._outcome = 'g'
    );
end
$$;
comment on procedure market_stage.drop_absent_merged(bigint) is
'Deletes the merged rows that a complete load no longer holds.';
create or replace procedure market_stage.apply_merged(_p_load bigint, _p_history boolean)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Writes what merged_decision says into market, by difference, and notes what changed.
-- _p_history: whether the versions before are kept. Called by loader.apply_load, in the one transaction that shows the
-- load to readers, and by loader.rollback.
declare
    _v_referenced tid[];
begin
    -- What is about to change, and, where history is kept, what it was.
    insert into market_history.merged_change (
        load_id, id, kind, op, columns,
        source_before, record_before, hash_before, source_after, record_after, hash_after, before
    )
    select
        _p_load,
        v.id, v.kind,
        case v._outcome
            when 'i' then 'insert'
            when 'u' then 'update'
            else 'delete'
        end,
        case
            when v._outcome = 'u' then array_remove(array[
                case
                    when t.name
                        is distinct from b.name
                    then 'name'
                end,
                case
                    when t.price::text
                        is distinct from b.price::text
                    then 'price'
                end,
                case
                    when t.seen
                        is distinct from b.seen
                    then 'seen'
                end,
                case
                    when t.colours
                        is distinct from b.colours
                    then 'colours'
                end
            ]::text[], null)
        end,
        v._old_source,
        v._old_record,
        v._old_hash,
        v._source,
        v._record,
        v._hash,
        case
            when _p_history and v._outcome <> 'i'
                then market_stage.version_of_merged(v.id, v.kind)
        end
    from market_stage.merged_decision as v
    left join market_build.merged as b
        on b._source = v._source and b._record = v._record
    left join market.merged as t
        on v._outcome <> 'i' and t.id = v.id and t.kind = v.kind
    where v._outcome in ('i', 'u', 'g', 'x');
    if _p_history then
        perform loader.keep_users_columns(_p_load, 'merged');
    end if;
    -- In key order, so that it does not deadlock with others that write these rows.
    insert into market.merged as t (
        id, kind, name, price, seen, colours, _source, _record, _hash
    )
    select
        b.id, b.kind, b.name, b.price, b.seen, b.colours, b._source, b._record, b._hash
    from market_build.merged as b
    where loader.record_id(b._source, b._record) in (
        select v._rec from market_stage.merged_decision as v
        where v._outcome in ('i', 'u')
    )
    order by b.id, b.kind
    on conflict (id, kind) do update set
        name = excluded.name,
        price = excluded.price,
        seen = excluded.seen,
        colours = excluded.colours,
        _source = excluded._source,
        _record = excluded._record,
        _hash = excluded._hash;
    if exists (
        select 1 from market_stage.merged_decision as v
        where v._outcome = 'i'
    ) then
        begin
            insert into market.merged_tag (
                merged_id, merged_kind, ordinal, tag, weight
            )
            select
                b.merged_id, b.merged_kind, b.ordinal, b.tag, b.weight
            from market_build.merged_tag as b
            where
                b._rec in (
                    select v._rec from market_stage.merged_decision as v
                    where v._outcome = 'i'
                );
        exception
            when unique_violation then
                -- Somebody has deleted roots without their children.
                delete from market.merged_tag as t
                where (t.merged_id, t.merged_kind) in (
                    select v.id, v.kind
                    from market_stage.merged_decision as v
                    where v._outcome = 'i'
                );
                insert into market.merged_tag (
                    merged_id, merged_kind, ordinal, tag, weight
                )
                select
                    b.merged_id, b.merged_kind, b.ordinal, b.tag, b.weight
                from market_build.merged_tag as b
                where
                    b._rec in (
                        select v._rec from market_stage.merged_decision as v
                        where v._outcome = 'i'
                    );
        end;
    end if;
    if exists (
        select 1 from market_stage.merged_decision as v
        where v._outcome = 'u'
    ) then
        _v_referenced := '{}';
        if loader.reference_guard('market.merged_tag'::regclass, 't') <> '' then

            -- Rows that changed records no longer have, but that others refer to.
            select coalesce(
                array_agg(s.place) filter (
                    where loader.is_referenced('market.merged_tag'::regclass, s.place)
                ),
                '{}'
            )
            into _v_referenced
            from (
                select t.ctid as place
                from market.merged_tag as t
                where
                    (t.merged_id, t.merged_kind) in (
                        select v.id, v.kind
                        from market_stage.merged_decision as v
                        where v._outcome = 'u'
                    )
                    and not exists (
                        select 1 from market_build.merged_tag as b
                        inner join market_stage.merged_decision as v on v._rec = b._rec
                        where
                            v._outcome = 'u'
                            and b.merged_id = t.merged_id
                            and b.merged_kind = t.merged_kind
                            and b.ordinal = t.ordinal
                    )
                offset 0
            ) as s;
            perform loader.report_surplus(_p_load, 'merged_tag', cardinality(_v_referenced));
        end if;
        -- Of the rows that a statement writes, whose children they are: history says so.
        with written as (

            delete from market.merged_tag as t
                where
                    (t.merged_id, t.merged_kind) in (
                        select v.id, v.kind
                        from market_stage.merged_decision as v
                        where v._outcome = 'u'
                    )
                    and not exists (
                        select 1 from market_build.merged_tag as b
                        inner join market_stage.merged_decision as v on v._rec = b._rec
                        where
                            v._outcome = 'u'
                            and b.merged_id = t.merged_id
                            and b.merged_kind = t.merged_kind
                            and b.ordinal = t.ordinal
                    )
                    and t.ctid <> all(_v_referenced)
            returning t.merged_id, t.merged_kind
        )
        insert into market_stage.merged_touched (id, kind, _table)
        select distinct
            w.merged_id, w.merged_kind,
            1
        from written as w;
        -- Of the rows that a statement writes, whose children they are: history says so.
        with written as (
            -- Only rows that differ: ON CONFLICT would lock, and so write, those that do not.
            insert into market.merged_tag as t (
                merged_id, merged_kind, ordinal, tag, weight
            )
            select
                b.merged_id, b.merged_kind, b.ordinal, b.tag, b.weight
            from market_build.merged_tag as b
            where
                b._rec in (
                    select v._rec from market_stage.merged_decision as v
                    where v._outcome = 'u'
                )
                and not exists (
                    select 1 from market.merged_tag as o
                    where
                        o.merged_id = b.merged_id
                        and o.merged_kind = b.merged_kind
                        and o.ordinal = b.ordinal
                        and (o.tag, o.weight)
                        is not distinct from
                        (b.tag, b.weight)
                )
            order by b.merged_id, b.merged_kind, b.ordinal
            on conflict (merged_id, merged_kind, ordinal) do update set
                tag = excluded.tag,
                weight = excluded.weight
            returning t.merged_id, t.merged_kind
        )
        insert into market_stage.merged_touched (id, kind, _table)
        select distinct
            w.merged_id, w.merged_kind,
            1
        from written as w;
        -- Child tables follow the root's columns in what changed.
        update market_history.merged_change as h
        set columns = h.columns || r.names
        from (
            select
                u.id, u.kind,
                array_agg(u.name order by u.place) as names
            from (
                select distinct
                    o.id, o.kind,
                    n.name,
                    n.place
                from market_stage.merged_touched as o
                inner join unnest(array[
                    'merged_tag'
                ]::text[]) with ordinality as n (name, place) on n.place = o._table
            ) as u
            group by u.id, u.kind
        ) as r
        where h.load_id = _p_load and h.id = r.id and h.kind = r.kind;
    end if;
    call market_stage.drop_absent_merged(_p_load);
    if exists (
        select 1 from market_stage.merged_decision as v
        where v._outcome = 'x'
    ) then
        delete from market.merged_tag as t
        where (t.merged_id, t.merged_kind) in (
            select v.id, v.kind
            from market_stage.merged_decision as v
            where v._outcome = 'x'
        );
        delete from market.merged as t
        where (t.id, t.kind) in (
            select v.id, v.kind
            from market_stage.merged_decision as v
            where v._outcome = 'x'
        );
    end if;
    -- Until now what stands in the build counted as inserted, all else as unchanged.
    with counted as (
        select
            v._chunk as chunk_id,
            count(*) filter (where v._outcome = 'i') - count(*) filter (where v._staged) as inserted,
            count(*) filter (where v._outcome = 'u') as updated,
            count(*) filter (where v._outcome = 'n') - count(*) filter (where not v._staged) as unchanged,
            count(*) filter (where v._outcome = 'd') as duplicate
        from market_stage.merged_decision as v
        where v._chunk is not null
        group by v._chunk
    )
    update loader.chunk as c set
        inserted = c.inserted + d.inserted,
        updated = c.updated + d.updated,
        unchanged = c.unchanged + d.unchanged,
        duplicate = c.duplicate + d.duplicate
    from counted as d
    where d.chunk_id = c.chunk_id;
    -- Versions that gave way to others, beside those of this load, which are counted with what was decided.
    update loader.load as l set conflicts = l.conflicts + c.versions
    from (
        select count(*) as versions
        from (
            -- Versions that other sources have of what this load read, behind the first of each key.
            select
                s.*,
                case when not s._contradicts then f._source end as _winner_source,
                case when not s._contradicts then f._record end as _winner_record
            from market_stage.merged_per_source as s
            inner join market_stage.merged_per_source as f
                on f._place = 1 and f.id = s.id and f.kind = s.kind
            where
                s._place > 1
                and exists (
                    select 1
                    from market_stage.merged_per_source as o
                    inner join loader.source as r on r.source_id = o._source
                    where r.load_id = _p_load and o.id = s.id and o.kind = s.kind
                )
        ) as m
        where not exists (
            select 1 from market_stage.merged_decision as v
            where v._outcome = 'd' and v._source = m._source and v._record = m._record
        )
    ) as c
    where l.load_id = _p_load;
    -- The first conflicts by key: which version won, and why.
    insert into loader.conflict (
        load_id, entity, key, winner_source, winner_record, loser_source, loser_record, why
    )
    select
        _p_load,
        'merged',
        jsonb_build_object(
            'id', c.id,
            'kind', c.kind
        ),
        w.source_id as winner_source,
        case when w.source_id is not null then c._winner_record end,
        c._source,
        c._record,
        case
            when c._winner_source is null then 'error: the sources contradict each other'
            else 'merge: ' || loader.why_wins(c._winner_source, c._source)
        end
    from (
        select l.*
        from (
            -- Versions that other sources have of what this load read, behind the first of each key.
            select
                s.*,
                case when not s._contradicts then f._source end as _winner_source,
                case when not s._contradicts then f._record end as _winner_record
            from market_stage.merged_per_source as s
            inner join market_stage.merged_per_source as f
                on f._place = 1 and f.id = s.id and f.kind = s.kind
            where
                s._place > 1
                and exists (
                    select 1
                    from market_stage.merged_per_source as o
                    inner join loader.source as r on r.source_id = o._source
                    where r.load_id = _p_load and o.id = s.id and o.kind = s.kind
                )
        ) as l
        order by l.id, l.kind, l._source, l._record
        limit 100
    ) as c
    left join loader.source as w on w.source_id = c._winner_source;
end
$$;
comment on procedure market_stage.apply_merged(bigint, boolean) is
'Writes what was decided about merged records into the tables, by difference.';

-- sql/dataset/compose/compose_entity.sql, mapping 116b0f95aecc
create or replace procedure market_stage.compose_merged(
    _p_load bigint,
    _p_lost bigint[],
    inout _p_held jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Policy merge: keeps what each source of a load says, and puts into the build, instead of the records read, what is
-- made of all versions of their keys. _p_lost: sources whose versions do not count any more. _p_held: rows of each
-- table of the build, which become others.
-- Fills merged_decision with the records read: d superseded, null: it stands for what was made of its key.
-- Called by decide_merged and
-- resolve_merged. Writes merged_version,
-- build, staging.
#variable_conflict use_column
declare
    _v_lost bigint[] := _p_lost;
    _v_rows bigint;
begin
    truncate
        market_stage.merged_decision,
        market_stage.merged_touched,
        market_stage.merged_per_source,
        market_stage.merged_composed;
    -- What each source of the load says of a key. Of several records of one source the last counts.
    with c1 as (
        select
            c._rec,
            jsonb_build_object(
                'merged_tag',
                jsonb_agg(to_jsonb(c.*) - '_rec' order by c.merged_id, c.merged_kind, c.ordinal)
            ) as named
        from market_build.merged_tag as c
        group by c._rec
    )
    insert into market_history.merged_version as t (
        id, kind, source_id, record, hash, content
    )
    select distinct on (b.id, b.kind, b._source)
        b.id, b.kind,
        b._source,
        b._record,
        b._hash,
        jsonb_build_object(
            'row', jsonb_strip_nulls(to_jsonb(b.*) - '{_source,_record,_hash,_gone_since}'::text[]),
            'children', '{}'::jsonb
            || coalesce(c1.named, '{}')
        )
    from market_build.merged as b
    left join c1 on c1._rec = loader.record_id(b._source, b._record)
    order by b.id, b.kind, b._source, b._record desc
    on conflict (id, kind, source_id) do update set
        record = excluded.record,
        hash = excluded.hash,
        content = excluded.content;
    -- The versions that count of every key that the load read, or that a source says nothing of any more, or whose
    -- record was rejected; of several issues of one source the newest.
    with counting as materialized (
        select
            c.source_id,
            c.place,
            c.series
        from loader.contributing_sources(_p_load, 'merged') as c
    ), touched as (
        select b.id, b.kind
        from market_build.merged as b
        union
        select l.id, l.kind
        from market_history.merged_version as l
        where l.source_id = any(_v_lost)
        union
        select e.id, e.kind
        from market_stage.ever_rejected_merged(_p_load) as e
    ), candidate as (
        select
            t.id,
            t.kind,
            v.source_id,
            v.record,
            c.place,
            c.series
        from touched as t
        inner join market_history.merged_version as v
            on v.id = t.id and v.kind = t.kind
        inner join counting as c on c.source_id = v.source_id
        union all
        select
            s.id,
            s.kind,
            v.source_id,
            v.record,
            s.place,
            s.series
        from market_stage.spared_merged(_p_load) as s
        inner join market_history.merged_version as v
            on v.source_id = s.source_id and v.id = s.id and v.kind = s.kind
    ), issue as (
        select distinct on (c.id, c.kind, c.series)
            c.id,
            c.kind,
            c.source_id,
            c.record,
            c.place
        from candidate as c
        order by c.id, c.kind, c.series, c.place desc, c.source_id desc
    )
    insert into market_stage.merged_per_source (
        id, kind, _place, _source, _record
    )
    select
        i.id, i.kind,
        row_number() over (partition by i.id, i.kind order by i.place desc, i.source_id desc),
        i.source_id,
        i.record
    from issue as i;
    perform loader.gather_statistics(
        'market_stage.merged_per_source'::regclass
    );
    -- A column has the first value, by conflict order; a child row is the first of its key. Versions hold no NULLs.
    with chosen as materialized (
        select m.id, m.kind, m._place, m._source, m._record
        from market_stage.merged_per_source as m
    ), filled as (
        -- Of equal names the last stays.
        select
            m.id, m.kind,
            jsonb_object_agg(e.key, e.value order by m._place desc) as named
        from chosen as m
        inner join market_history.merged_version as v
            on v.id = m.id and v.kind = m.kind and v.source_id = m._source
        cross join lateral jsonb_each(v.content -> 'row') as e (key, value)
        group by m.id, m.kind
    ), u1 as (
        select distinct on (m.id, m.kind, o.ordinal)
            m.id, m.kind,
            o.ordinal,
            e.item
        from chosen as m
        inner join market_history.merged_version as v
            on v.id = m.id and v.kind = m.kind and v.source_id = m._source
        cross join lateral jsonb_array_elements(v.content -> 'children' -> 'merged_tag') as e (item)
        cross join lateral jsonb_to_record(e.item)
            as o (
                ordinal integer
            )
        order by m.id, m.kind, o.ordinal, m._place
    ), c1 as (
        select
            u.id, u.kind,
            jsonb_build_object(
                'merged_tag', jsonb_agg(u.item order by u.ordinal)
            ) as named
        from u1 as u
        group by u.id, u.kind
    )
    insert into market_stage.merged_composed (
        id, kind, _source, _record, _content
    )
    select
        s.id, s.kind,
        s._source,
        s._record,
        jsonb_build_object(
            'row', r.named
            || jsonb_build_object(
                'name', (
                    select to_jsonb(string_agg(name, ' + ' order by _place))
                    from (
                        select
                            m._place,
                            d.*
                        from market_stage.merged_per_source as m
                        inner join market_history.merged_version as w
                            on w.id = m.id and w.kind = m.kind and w.source_id = m._source
                        cross join lateral jsonb_to_record(w.content -> 'row')
                            as d (id integer, kind text, name text, price numeric, seen date, colours text[])
                        where m.id = s.id and m.kind = s.kind
                        order by m._place
                    ) as version
                    limit 1
                ),
                'price', (
                    select to_jsonb(min(price))
                    from (
                        select
                            m._place,
                            d.*
                        from market_stage.merged_per_source as m
                        inner join market_history.merged_version as w
                            on w.id = m.id and w.kind = m.kind and w.source_id = m._source
                        cross join lateral jsonb_to_record(w.content -> 'row')
                            as d (id integer, kind text, name text, price numeric, seen date, colours text[])
                        where m.id = s.id and m.kind = s.kind
                        order by m._place
                    ) as version
                    limit 1
                )
            ),
            'children', '{}'::jsonb
            || coalesce(c1.named, '{}')
        )
    from chosen as s
    inner join filled as r on r.id = s.id and r.kind = s.kind
    left join c1 on c1.id = s.id and c1.kind = s.kind
    where s._place = 1;
    -- Of the records that the load read one stands for what is made of its key: the first whose version counts. The
    -- others are superseded by it or by another issue of their source.
    with planned as materialized (
        select c.* from loader.chunks_of_records(_p_load) as c
    ), standing as (
        select distinct on (s.id, s.kind)
            s._source,
            s._record,
            d._source as made_source,
            d._record as made_record,
            md5(d._content::text)::uuid as made_hash
        from market_stage.merged_per_source as s
        inner join planned as p on p.source_id = s._source
        inner join market_stage.merged_composed as d
            on d.id = s.id and d.kind = s.kind
        order by s.id, s.kind, s._place
    )
    insert into market_stage.merged_decision (
        id, kind, _chunk, _source, _record, _rec, _hash, _staged, _version, _outcome
    )
    select
        b.id, b.kind,
        p.chunk_ids[width_bucket(b._record, p.first_records)],
        coalesce(o.made_source, b._source),
        coalesce(o.made_record, b._record),
        loader.record_id(coalesce(o.made_source, b._source), coalesce(o.made_record, b._record)),
        coalesce(o.made_hash, b._hash),
        true,
        case when o.made_source is null then 2 else 1 end,
        case when o.made_source is null then 'd' end
    from market_build.merged as b
    inner join planned as p on p.source_id = b._source
    left join standing as o on o._source = b._source and o._record = b._record;
    truncate
        market_build.merged,
        market_build.merged_tag;
    insert into market_build.merged (
        id, kind, name, price, seen, colours, _source, _record, _hash
    )
    select
        r.id, r.kind, r.name, r.price, r.seen, r.colours,
        c._source,
        c._record,
        md5(c._content::text)::uuid
    from market_stage.merged_composed as c
    cross join lateral jsonb_to_record(c._content -> 'row')
        as r (id integer, kind text, name text, price numeric, seen date, colours text[]);
    get diagnostics _v_rows = row_count;
    _p_held := _p_held || jsonb_build_object('merged', _v_rows);
    insert into market_build.merged_tag (
        merged_id, merged_kind, ordinal, tag, weight, _rec
    )
    select
        r.merged_id, r.merged_kind, r.ordinal, r.tag, r.weight,
        loader.record_id(c._source, c._record)
    from market_stage.merged_composed as c
    cross join lateral jsonb_to_recordset(c._content -> 'children' -> 'merged_tag')
        as r (merged_id integer, merged_kind text, ordinal integer, tag text, weight integer);
    get diagnostics _v_rows = row_count;
    _p_held := _p_held || jsonb_build_object('merged_tag', _v_rows);
end
$$;
comment on procedure market_stage.compose_merged(bigint, bigint[], jsonb) is
'Puts into the build what is made of all versions of each merged that a load read.';
create or replace procedure market_stage.decide_merged(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Decides about every merged that a load touches: what is made of its versions, against the row that is there.
-- Called by loader.apply_load.
#variable_conflict use_column
declare
    _v_lost bigint[] := loader.withdrawn_sources(_p_load, 'merged');
    _v_held jsonb;
    _v_useless bigint[];
begin
    if not exists (
        select 1
        from loader.load as l
        where l.load_id = _p_load and l.settings ->> 'history' = 'on'
    ) then
        _v_useless := loader.unneeded_sources(_p_load, 'merged');
        -- Where no history is kept: versions that nothing can bring back. They are of useless sources, or of keys that
        -- the load read, where a newer issue of their source had superseded them before it. Those of keys whose record
        -- was ever rejected stay: nobody newer may have decided about them.
        delete from market_history.merged_version as v
        where
            v.source_id = any(_v_useless)
            and (v.id, v.kind) not in (
                select e.id, e.kind
                from market_stage.ever_rejected_merged(_p_load) as e
            );
        with counting as materialized (
            select
                c.source_id,
                c.place,
                c.series
            from loader.contributing_sources(_p_load, 'merged', false) as c
        ), superseded as materialized (
            select
                o.source_id,
                array_agg(n.source_id) as newer
            from counting as o
            inner join counting as n on n.series = o.series and (n.place, n.source_id) > (o.place, o.source_id)
            group by o.source_id
        )
        delete from market_history.merged_version as v
        using superseded as s
        where
            s.source_id = v.source_id
            and (v.id, v.kind) in (
                select b.id, b.kind
                from market_build.merged as b
            )
            and exists (
                select 1 from market_history.merged_version as w
                where w.source_id = any(s.newer) and w.id = v.id and w.kind = v.kind
            );
    end if;
    call market_stage.compose_merged(_p_load, _v_lost, _v_held);
    -- What was made of each key against the row that is there.
    update market_stage.merged_decision as v
    set
        _old_source = t._source,
        _old_record = t._record,
        _old_hash = t._hash,
        _was_marked = false
    from market.merged as t
    where v._version = 1 and t.id = v.id and t.kind = v.kind;
    insert into market_stage.merged_decision (
        id, kind, _source, _record, _rec, _hash, _old_source, _old_record, _old_hash, _was_marked
    )
    select
        c.id, c.kind,
        c._source,
        c._record,
        loader.record_id(c._source, c._record),
        md5(c._content::text)::uuid,
        t._source as _old_source,
        t._record as _old_record,
        t._hash as _old_hash,
        false
    from market_stage.merged_composed as c
    left join market.merged as t on t.id = c.id and t.kind = c.kind
    where not exists (
        select 1 from market_stage.merged_decision as v
        where v._version = 1 and v.id = c.id and v.kind = c.kind
    );
    update market_stage.merged_decision as v
    set
        _outcome = case
            when v._old_hash is null then 'i'
            when v._old_hash = v._hash and not v._was_marked then 'n'
            else 'u'
        end
    where v._version = 1;
    perform loader.gather_statistics(
        'market_stage.merged_decision'::regclass
    );
end
$$;
comment on procedure market_stage.decide_merged(bigint) is
'Decides about every merged that a load touches.';
create or replace procedure market_stage.pick_absent_merged(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Adds to merged_decision the rows of which no version counts any
-- more.
-- Called by loader.apply_load.
#variable_conflict use_column
declare
    _v_lost bigint[] := loader.withdrawn_sources(_p_load, 'merged');
begin
    if _v_lost <> '{}' or 'merged' = any(loader.complete_entities(_p_load)) then
        -- Rows that no source speaks of any more.
        insert into market_stage.merged_decision (
            id, kind, _old_source, _old_record, _old_hash, _outcome
        )
        select
            t.id, t.kind,
            t._source,
            t._record,
            t._hash,
            'g'
        from market.merged as t
        where
            (t.id, t.kind) in (
                select l.id, l.kind
                from market_history.merged_version as l
                where l.source_id = any(_v_lost)
                union all
                select e.id, e.kind
                from market_stage.ever_rejected_merged(_p_load) as e
            )
            and not exists (
                select 1 from market_stage.merged_per_source as s
                where s.id = t.id and s.kind = t.kind
            );
    end if;
end
$$;
comment on procedure market_stage.pick_absent_merged(bigint) is
'Adds the rows of which no version counts any more to what was decided.';
create or replace procedure market_stage.resolve_merged(_p_load bigint, inout _p_held jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Makes one merged of all versions of a key in the build of a replace, which has only what its own dumps say.
-- _p_held: rows of each table, which become others. Called by loader.resolve_build when every chunk is done.
#variable_conflict use_column
declare
    _v_sources bigint[];
    _v_records bigint[];
begin
    call market_stage.compose_merged(_p_load, '{}', _p_held);
    -- Versions that gave way to others, beside those of this load, which are counted with what was decided.
    update loader.load as l set conflicts = l.conflicts + c.versions
    from (
        select count(*) as versions
        from (
            -- Versions that other sources have of what this load read, behind the first of each key.
            select
                s.*,
                case when not s._contradicts then f._source end as _winner_source,
                case when not s._contradicts then f._record end as _winner_record
            from market_stage.merged_per_source as s
            inner join market_stage.merged_per_source as f
                on f._place = 1 and f.id = s.id and f.kind = s.kind
            where
                s._place > 1
                and exists (
                    select 1
                    from market_stage.merged_per_source as o
                    inner join loader.source as r on r.source_id = o._source
                    where r.load_id = _p_load and o.id = s.id and o.kind = s.kind
                )
        ) as m
        where not exists (
            select 1 from market_stage.merged_decision as v
            where v._outcome = 'd' and v._source = m._source and v._record = m._record
        )
    ) as c
    where l.load_id = _p_load;
    -- The first conflicts by key: which version won, and why.
    insert into loader.conflict (
        load_id, entity, key, winner_source, winner_record, loser_source, loser_record, why
    )
    select
        _p_load,
        'merged',
        jsonb_build_object(
            'id', c.id,
            'kind', c.kind
        ),
        w.source_id as winner_source,
        case when w.source_id is not null then c._winner_record end,
        c._source,
        c._record,
        case
            when c._winner_source is null then 'error: the sources contradict each other'
            else 'merge: ' || loader.why_wins(c._winner_source, c._source)
        end
    from (
        select l.*
        from (
            -- Versions that other sources have of what this load read, behind the first of each key.
            select
                s.*,
                case when not s._contradicts then f._source end as _winner_source,
                case when not s._contradicts then f._record end as _winner_record
            from market_stage.merged_per_source as s
            inner join market_stage.merged_per_source as f
                on f._place = 1 and f.id = s.id and f.kind = s.kind
            where
                s._place > 1
                and exists (
                    select 1
                    from market_stage.merged_per_source as o
                    inner join loader.source as r on r.source_id = o._source
                    where r.load_id = _p_load and o.id = s.id and o.kind = s.kind
                )
        ) as l
        order by l.id, l.kind, l._source, l._record
        limit 100
    ) as c
    left join loader.source as w on w.source_id = c._winner_source;
    select coalesce(array_agg(v._source), '{}'), coalesce(array_agg(v._record), '{}')
    into _v_sources, _v_records
    from market_stage.merged_decision as v
    where v._outcome = 'd';
    perform loader.count_losers(_v_sources, _v_records);
    update loader.load as l set conflicts = l.conflicts + cardinality(_v_records)
    where l.load_id = _p_load;
end
$$;
comment on procedure market_stage.resolve_merged(bigint, jsonb) is
'Makes one merged of all versions of a key in the build of a replace.';

