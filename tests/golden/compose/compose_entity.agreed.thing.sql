-- sql/dataset/compose/compose_entity.sql, mapping 000000000000
create or replace procedure agreed_stage.compose_thing(
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
-- Policy error: stores the versions of each source of a load, and puts into the build, instead of
-- the records read, the rows composed of all versions of their keys. _p_lost: sources whose versions no longer count.
-- _p_held: numbers of rows of each table of the build, which change.
-- Fills thing_decision with the records read: d superseded, null: it stands for the composed row of its key.
-- Called by decide_thing and
-- resolve_thing. Raises LD009. Writes thing_version,
-- build, staging, reject, chunk.
#variable_conflict use_column
declare
    _v_lost bigint[] := _p_lost;
    _v_rows bigint;
begin
    truncate
        agreed_stage.thing_decision,
        agreed_stage.thing_touched,
        agreed_stage.thing_per_source,
        agreed_stage.thing_composed;
    -- The version of each key from each source of the load. Of several records of one source, the last
    -- counts.
    with c1 as (
        select
            c._rec,
            jsonb_build_object(
                'thing_part',
                jsonb_agg(to_jsonb(c.*) - '_rec' order by c.thing_place, c.thing_number, c.ordinal)
            ) as named
        from agreed_build.thing_part as c
        group by c._rec
    )
    insert into agreed_history.thing_version as t (
        place, number, source_id, record, hash, content
    )
    select distinct on (b.place, b.number, b._source)
        b.place, b.number,
        b._source,
        b._record,
        b._hash,
        jsonb_build_object(
            'row', jsonb_strip_nulls(to_jsonb(b.*) - '{_source,_record,_hash,_gone_since}'::text[]),
            'children', '{}'::jsonb
            || coalesce(c1.named, '{}')
        )
    from agreed_build.thing as b
    left join c1 on c1._rec = loader.record_id(b._source, b._record)
    order by b.place, b.number, b._source, b._record desc
    on conflict (place, number, source_id) do update set
        record = excluded.record,
        hash = excluded.hash,
        content = excluded.content;
    -- The versions that count for every key that the load read, that had a version of a source which no
    -- longer counts, or whose record was rejected; of several editions of one feed, the newest.
    with counting as materialized (
        select
            c.source_id,
            c.place,
            c.series
        from loader.contributing_sources(_p_load, 'thing') as c
    ), touched as (
        select b.place, b.number
        from agreed_build.thing as b
        union
        select l.place, l.number
        from agreed_history.thing_version as l
        where l.source_id = any(_v_lost)
        union
        select e.place, e.number
        from agreed_stage.ever_rejected_thing(_p_load) as e
    ), candidate as (
        select
            t.place,
            t.number,
            v.source_id,
            v.record,
            c.place,
            c.series
        from touched as t
        inner join agreed_history.thing_version as v
            on v.place = t.place and v.number = t.number
        inner join counting as c on c.source_id = v.source_id
        union all
        select
            s.place,
            s.number,
            v.source_id,
            v.record,
            s.place,
            s.series
        from agreed_stage.spared_thing(_p_load) as s
        inner join agreed_history.thing_version as v
            on v.source_id = s.source_id and v.place = s.place and v.number = s.number
    ), issue as (
        select distinct on (c.place, c.number, c.series)
            c.place,
            c.number,
            c.source_id,
            c.record,
            c.place
        from candidate as c
        order by c.place, c.number, c.series, c.place desc, c.source_id desc
    )
    insert into agreed_stage.thing_per_source (
        place, number, _place, _source, _record
    )
    select
        i.place, i.number,
        row_number() over (partition by i.place, i.number order by i.place desc, i.source_id desc),
        i.source_id,
        i.record
    from issue as i;
    -- Sources with the same content for a key do not contradict each other, whatever their bytes.
    update agreed_stage.thing_per_source as s set _contradicts = true
    from (
        select m.place, m.number
        from agreed_stage.thing_per_source as m
        inner join agreed_history.thing_version as v
            on v.place = m.place and v.number = m.number and v.source_id = m._source
        where (m.place, m.number) in (
            select n.place, n.number
            from agreed_stage.thing_per_source as n
            where n._place = 2
        )
        group by m.place, m.number
        having count(distinct v.content) > 1
    ) as d
    where s.place = d.place and s.number = d.number;
    perform loader.gather_statistics(
        'agreed_stage.thing_per_source'::regclass
    );
    -- The winning version, unchanged.
    insert into agreed_stage.thing_composed (
        place, number, _source, _record, _content
    )
    select
        s.place, s.number,
        s._source,
        s._record,
        v.content
    from agreed_stage.thing_per_source as s
    inner join agreed_history.thing_version as v
        on v.place = s.place and v.number = s.number and v.source_id = s._source
    where
        s._place = 1
        and not s._contradicts;
    -- Of the records of a key that the load read, one stands for the composed row: the first whose version
    -- counts. The others are superseded by it or by another edition of their feed.
    with planned as materialized (
        select c.* from loader.chunks_of_records(_p_load) as c
    ), standing as (
        select distinct on (s.place, s.number)
            s._source,
            s._record,
            d._source as made_source,
            d._record as made_record,
            md5(d._content::text)::uuid as made_hash
        from agreed_stage.thing_per_source as s
        inner join planned as p on p.source_id = s._source
        inner join agreed_stage.thing_composed as d
            on d.place = s.place and d.number = s.number
        order by s.place, s.number, s._place
    )
    insert into agreed_stage.thing_decision (
        place, number, _chunk, _source, _record, _rec, _hash, _staged, _version, _outcome
    )
    select
        b.place, b.number,
        p.chunk_ids[width_bucket(b._record, p.first_records)],
        coalesce(o.made_source, b._source),
        coalesce(o.made_record, b._record),
        loader.record_id(coalesce(o.made_source, b._source), coalesce(o.made_record, b._record)),
        coalesce(o.made_hash, b._hash),
        true,
        case when o.made_source is null then 2 else 1 end,
        case when o.made_source is null then 'd' end
    from agreed_build.thing as b
    inner join planned as p on p.source_id = b._source
    left join standing as o on o._source = b._source and o._record = b._record;
    truncate
        agreed_build.thing,
        agreed_build.thing_part;
    insert into agreed_build.thing (
        place, number, name, made, _source, _record, _hash
    )
    select
        r.place, r.number, r.name, r.made,
        c._source,
        c._record,
        md5(c._content::text)::uuid
    from agreed_stage.thing_composed as c
    cross join lateral jsonb_to_record(c._content -> 'row')
        as r (place text, number integer, name text, made date);
    get diagnostics _v_rows = row_count;
    _p_held := _p_held || jsonb_build_object('thing', _v_rows);
    insert into agreed_build.thing_part (
        thing_place, thing_number, ordinal, label, _rec
    )
    select
        r.thing_place, r.thing_number, r.ordinal, r.label,
        loader.record_id(c._source, c._record)
    from agreed_stage.thing_composed as c
    cross join lateral jsonb_to_recordset(c._content -> 'children' -> 'thing_part')
        as r (thing_place text, thing_number integer, ordinal integer, label text);
    get diagnostics _v_rows = row_count;
    _p_held := _p_held || jsonb_build_object('thing_part', _v_rows);
end
$$;
comment on procedure agreed_stage.compose_thing(bigint, bigint[], jsonb) is
'Puts into the build the rows composed of all versions of each thing that a load read.';
create or replace procedure agreed_stage.decide_thing(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Decides about every thing that a load touches: the row composed of its versions against that in the table.
-- Called by loader.apply_load.
#variable_conflict use_column
declare
    _v_lost bigint[] := loader.withdrawn_sources(_p_load, 'thing');
    _v_held jsonb;
    _v_useless bigint[];
begin
    if not exists (
        select 1
        from loader.load as l
        where l.load_id = _p_load and l.settings ->> 'history' = 'on'
    ) then
        _v_useless := loader.unneeded_sources(_p_load, 'thing');
        perform loader.assert_unreferenced(
            'agreed_history.thing_version'::regclass
        );
        -- If no history is kept: versions that can never count again. They are from useless sources, or of keys
        -- that the load read and that a newer edition of their feed had superseded before it. Versions of keys
        -- whose record was ever rejected stay, because no newer source may have decided about these keys.
        delete from agreed_history.thing_version as v
        where
            v.source_id = any(_v_useless)
            and (v.place, v.number) not in (
                select e.place, e.number
                from agreed_stage.ever_rejected_thing(_p_load) as e
            );
        with counting as materialized (
            select
                c.source_id,
                c.place,
                c.series
            from loader.contributing_sources(_p_load, 'thing', false) as c
        ), superseded as materialized (
            select
                o.source_id,
                array_agg(n.source_id) as newer
            from counting as o
            inner join counting as n on n.series = o.series and (n.place, n.source_id) > (o.place, o.source_id)
            group by o.source_id
        )
        delete from agreed_history.thing_version as v
        using superseded as s
        where
            s.source_id = v.source_id
            and (v.place, v.number) in (
                select b.place, b.number
                from agreed_build.thing as b
            )
            and exists (
                select 1 from agreed_history.thing_version as w
                where w.source_id = any(s.newer) and w.place = v.place and w.number = v.number
            );
    end if;
    call agreed_stage.compose_thing(_p_load, _v_lost, _v_held);
    -- All versions of a key about which the sources contradict each other: those that this load read, and
    -- earlier ones that are withdrawn now.
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, value, message
    )
    select
        _p_load,
        s._source,
        r._chunk,
        'thing',
        s._record,
        'conflict',
        'thing',
        left(v.content::text, 1000),
        format(
            'the sources contradict each other on %s: %s',
            (select string_agg(format('%s %s', e.key, e.value), ', ') from jsonb_each_text(jsonb_build_object(
                'place', s.place,
                'number', s.number
            )) as e),
            (
                select
                    string_agg(
                        format('%s record %s says %s', o.name, m._record, left(w.content::text, 500)),
                        '; ' order by m._place
                    )
                from agreed_stage.thing_per_source as m
                inner join agreed_history.thing_version as w
                    on w.place = m.place and w.number = m.number and w.source_id = m._source
                inner join loader.source as o on o.source_id = m._source
                where m.place = s.place and m.number = s.number and m._place <= 4
            )
        )
    from agreed_stage.thing_per_source as s
    inner join agreed_history.thing_version as v
        on v.place = s.place and v.number = s.number and v.source_id = s._source
    left join agreed_stage.thing_decision as r
        on r._source = s._source and r._record = s._record
    where
        s._contradicts
        and (
            r._chunk is not null
            or exists (
                select 1 from agreed.thing as t
                where t.place = s.place and t.number = s.number
            )
        );
    -- Records that were counted as inserted, because they were in the build, were rejected.
    with rejected as (
        delete from agreed_stage.thing_decision as v
        using agreed_stage.thing_per_source as s
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
    -- The composed row of each key against the row in the table.
    update agreed_stage.thing_decision as v
    set
        _old_source = t._source,
        _old_record = t._record,
        _old_hash = t._hash,
        _was_marked = false
    from agreed.thing as t
    where v._version = 1 and t.place = v.place and t.number = v.number;
    insert into agreed_stage.thing_decision (
        place, number, _source, _record, _rec, _hash, _old_source, _old_record, _old_hash, _was_marked
    )
    select
        c.place, c.number,
        c._source,
        c._record,
        loader.record_id(c._source, c._record),
        md5(c._content::text)::uuid,
        t._source as _old_source,
        t._record as _old_record,
        t._hash as _old_hash,
        false
    from agreed_stage.thing_composed as c
    left join agreed.thing as t on t.place = c.place and t.number = c.number
    where not exists (
        select 1 from agreed_stage.thing_decision as v
        where v._version = 1 and v.place = c.place and v.number = c.number
    );
    update agreed_stage.thing_decision as v
    set
        _outcome = case
            when v._old_hash is null then 'i'
            when v._old_hash = v._hash and not v._was_marked then 'n'
            else 'u'
        end
    where v._version = 1;
    perform loader.gather_statistics(
        'agreed_stage.thing_decision'::regclass
    );
end
$$;
comment on procedure agreed_stage.decide_thing(bigint) is
'Decides about every thing that a load touches.';
create or replace procedure agreed_stage.pick_absent_thing(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Adds to thing_decision the rows without any version that still
-- counts, and those about which the sources contradict each other.
-- Called by loader.apply_load.
#variable_conflict use_column
declare
    _v_lost bigint[] := loader.withdrawn_sources(_p_load, 'thing');
begin
    if _v_lost <> '{}' or 'thing' = any(loader.complete_entities(_p_load)) then
        -- Rows without any version that still counts.
        insert into agreed_stage.thing_decision (
            place, number, _old_source, _old_record, _old_hash, _outcome
        )
        select
            t.place, t.number,
            t._source,
            t._record,
            t._hash,
            'g'
        from agreed.thing as t
        where
            (t.place, t.number) in (
                select l.place, l.number
                from agreed_history.thing_version as l
                where l.source_id = any(_v_lost)
                union all
                select e.place, e.number
                from agreed_stage.ever_rejected_thing(_p_load) as e
            )
            and not exists (
                select 1 from agreed_stage.thing_per_source as s
                where s.place = t.place and s.number = t.number
            );
    end if;
    -- Rows about which the sources contradict each other now.
    insert into agreed_stage.thing_decision (
        place, number, _old_source, _old_record, _old_hash, _outcome
    )
    select
        t.place, t.number,
        t._source,
        t._record,
        t._hash,
        'x'
    from agreed.thing as t
    inner join agreed_stage.thing_per_source as s
        on s.place = t.place and s.number = t.number
    where s._place = 1 and s._contradicts;
end
$$;
comment on procedure agreed_stage.pick_absent_thing(bigint) is
'Adds the rows without any version that still counts to the decisions.';
create or replace procedure agreed_stage.resolve_thing(_p_load bigint, inout _p_held jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Composes one thing of all versions of a key in the build of a replace, which only has those of its dumps.
-- _p_held: numbers of rows of each table, which change. Called by loader.resolve_build when every chunk is done.
#variable_conflict use_column
declare
    _v_sources bigint[];
    _v_records bigint[];
begin
    call agreed_stage.compose_thing(_p_load, '{}', _p_held);
    -- All versions of a key about which the sources contradict each other: those that this load read, and
    -- earlier ones that are withdrawn now.
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, value, message
    )
    select
        _p_load,
        s._source,
        r._chunk,
        'thing',
        s._record,
        'conflict',
        'thing',
        left(v.content::text, 1000),
        format(
            'the sources contradict each other on %s: %s',
            (select string_agg(format('%s %s', e.key, e.value), ', ') from jsonb_each_text(jsonb_build_object(
                'place', s.place,
                'number', s.number
            )) as e),
            (
                select
                    string_agg(
                        format('%s record %s says %s', o.name, m._record, left(w.content::text, 500)),
                        '; ' order by m._place
                    )
                from agreed_stage.thing_per_source as m
                inner join agreed_history.thing_version as w
                    on w.place = m.place and w.number = m.number and w.source_id = m._source
                inner join loader.source as o on o.source_id = m._source
                where m.place = s.place and m.number = s.number and m._place <= 4
            )
        )
    from agreed_stage.thing_per_source as s
    inner join agreed_history.thing_version as v
        on v.place = s.place and v.number = s.number and v.source_id = s._source
    left join agreed_stage.thing_decision as r
        on r._source = s._source and r._record = s._record
    where
        s._contradicts
        and (
            r._chunk is not null
        );
    -- Records that were counted as inserted, because they were in the build, were rejected.
    with rejected as (
        delete from agreed_stage.thing_decision as v
        using agreed_stage.thing_per_source as s
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
    -- Versions that lost, except those of this load, which are counted with the decisions.
    update loader.load as l set conflicts = l.conflicts + c.versions
    from (
        select count(*) as versions
        from (
            -- Versions of other sources for keys that this load read, except the winner of each key.
            select
                s.*,
                case when not s._contradicts then f._source end as _winner_source,
                case when not s._contradicts then f._record end as _winner_record
            from agreed_stage.thing_per_source as s
            inner join agreed_stage.thing_per_source as f
                on f._place = 1 and f.place = s.place and f.number = s.number
            where
                s._place > 1
                and exists (
                    select 1
                    from agreed_stage.thing_per_source as o
                    inner join loader.source as r on r.source_id = o._source
                    where r.load_id = _p_load and o.place = s.place and o.number = s.number
                )
        ) as m
        where not exists (
            select 1 from agreed_stage.thing_decision as v
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
        'thing',
        jsonb_build_object(
            'place', c.place,
            'number', c.number
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
            -- Versions of other sources for keys that this load read, except the winner of each key.
            select
                s.*,
                case when not s._contradicts then f._source end as _winner_source,
                case when not s._contradicts then f._record end as _winner_record
            from agreed_stage.thing_per_source as s
            inner join agreed_stage.thing_per_source as f
                on f._place = 1 and f.place = s.place and f.number = s.number
            where
                s._place > 1
                and exists (
                    select 1
                    from agreed_stage.thing_per_source as o
                    inner join loader.source as r on r.source_id = o._source
                    where r.load_id = _p_load and o.place = s.place and o.number = s.number
                )
        ) as l
        order by l.place, l.number, l._source, l._record
        limit 100
    ) as c
    left join loader.source as w on w.source_id = c._winner_source;
    select coalesce(array_agg(v._source), '{}'), coalesce(array_agg(v._record), '{}')
    into _v_sources, _v_records
    from agreed_stage.thing_decision as v
    where v._outcome = 'd';
    perform loader.count_losers(_v_sources, _v_records);
    update loader.load as l set conflicts = l.conflicts + cardinality(_v_records)
    where l.load_id = _p_load;
end
$$;
comment on procedure agreed_stage.resolve_thing(bigint, jsonb) is
'Composes one thing of all versions of a key in the build of a replace.';
