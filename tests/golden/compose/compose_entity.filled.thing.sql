-- sql/dataset/compose/compose_entity.sql, mapping 000000000000
create or replace procedure filled_stage.compose_thing(
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
-- Policy fill: stores the versions of each source of a load, and puts into the build, instead of
-- the records read, the rows composed of all versions of their keys. _p_lost: sources whose versions no longer count.
-- _p_held: numbers of rows of each table of the build, which change.
-- Fills thing_decision with the records read: d superseded, null: it stands for the composed row of its key.
-- Called by decide_thing and
-- resolve_thing. Writes thing_version,
-- build, staging.
#variable_conflict use_column
declare
    _v_lost bigint[] := _p_lost;
    _v_rows bigint;
begin
    truncate
        filled_stage.thing_decision,
        filled_stage.thing_touched,
        filled_stage.thing_per_source,
        filled_stage.thing_composed;
    -- The version of each key from each source of the load. Of several records of one source, the last
    -- counts.
    with c1 as (
        select
            c._rec,
            jsonb_build_object(
                'thing_part',
                jsonb_agg(to_jsonb(c.*) - '_rec' order by c.thing_number, c.ordinal)
            ) as named
        from filled_build.thing_part as c
        group by c._rec
    ),
    c2 as (
        select
            c._rec,
            jsonb_build_object(
                'thing_part_mark',
                jsonb_agg(to_jsonb(c.*) - '_rec' order by c.thing_number, c.part_ordinal, c.ordinal)
            ) as named
        from filled_build.thing_part_mark as c
        group by c._rec
    )
    insert into filled_history.thing_version as t (
        number, source_id, record, hash, content
    )
    select distinct on (b.number, b._source)
        b.number,
        b._source,
        b._record,
        b._hash,
        jsonb_build_object(
            'row', jsonb_strip_nulls(to_jsonb(b.*) - '{_source,_record,_hash,_gone_since}'::text[]),
            'children', '{}'::jsonb
            || coalesce(c1.named, '{}')
            || coalesce(c2.named, '{}')
        )
    from filled_build.thing as b
    left join c1 on c1._rec = loader.record_id(b._source, b._record)
    left join c2 on c2._rec = loader.record_id(b._source, b._record)
    order by b.number, b._source, b._record desc
    on conflict (number, source_id) do update set
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
        select b.number
        from filled_build.thing as b
        union
        select l.number
        from filled_history.thing_version as l
        where l.source_id = any(_v_lost)
        union
        select e.number
        from filled_stage.ever_rejected_thing(_p_load) as e
    ), candidate as (
        select
            t.number,
            v.source_id,
            v.record,
            c.place,
            c.series
        from touched as t
        inner join filled_history.thing_version as v
            on v.number = t.number
        inner join counting as c on c.source_id = v.source_id
        union all
        select
            s.number,
            v.source_id,
            v.record,
            s.place,
            s.series
        from filled_stage.spared_thing(_p_load) as s
        inner join filled_history.thing_version as v
            on v.source_id = s.source_id and v.number = s.number
    ), issue as (
        select distinct on (c.number, c.series)
            c.number,
            c.source_id,
            c.record,
            c.place
        from candidate as c
        order by c.number, c.series, c.place desc, c.source_id desc
    )
    insert into filled_stage.thing_per_source (
        number, _place, _source, _record
    )
    select
        i.number,
        row_number() over (partition by i.number order by i.place desc, i.source_id desc),
        i.source_id,
        i.record
    from issue as i;
    perform loader.gather_statistics(
        'filled_stage.thing_per_source'::regclass
    );
    -- A column gets the first value in conflict order; a child row is the first one with its key. Versions
    -- contain no NULLs.
    with chosen as materialized (
        select m.number, m._place, m._source, m._record
        from filled_stage.thing_per_source as m
        where (m.number) in (
            select n.number
            from filled_stage.thing_per_source as n
            where n._place = 2
        )
    ), filled as (
        -- Of equal names, the last one remains.
        select
            m.number,
            jsonb_object_agg(e.key, e.value order by m._place desc) as named
        from chosen as m
        inner join filled_history.thing_version as v
            on v.number = m.number and v.source_id = m._source
        cross join lateral jsonb_each(v.content -> 'row') as e (key, value)
        group by m.number
    ), u1 as (
        select distinct on (m.number, o.ordinal)
            m.number,
            o.ordinal,
            e.item
        from chosen as m
        inner join filled_history.thing_version as v
            on v.number = m.number and v.source_id = m._source
        cross join lateral jsonb_array_elements(v.content -> 'children' -> 'thing_part') as e (item)
        cross join lateral jsonb_to_record(e.item)
            as o (
                ordinal integer
            )
        order by m.number, o.ordinal, m._place
    ), c1 as (
        select
            u.number,
            jsonb_build_object(
                'thing_part', jsonb_agg(u.item order by u.ordinal)
            ) as named
        from u1 as u
        group by u.number
    ), u2 as (
        select distinct on (m.number, o.part_ordinal, o.ordinal)
            m.number,
            o.part_ordinal, o.ordinal,
            e.item
        from chosen as m
        inner join filled_history.thing_version as v
            on v.number = m.number and v.source_id = m._source
        cross join lateral jsonb_array_elements(v.content -> 'children' -> 'thing_part_mark') as e (item)
        cross join lateral jsonb_to_record(e.item)
            as o (
                part_ordinal integer,
                ordinal integer
            )
        order by m.number, o.part_ordinal, o.ordinal, m._place
    ), c2 as (
        select
            u.number,
            jsonb_build_object(
                'thing_part_mark', jsonb_agg(u.item order by u.part_ordinal, u.ordinal)
            ) as named
        from u2 as u
        group by u.number
    )
    insert into filled_stage.thing_composed (
        number, _source, _record, _content
    )
    select
        s.number,
        s._source,
        s._record,
        jsonb_build_object(
            'row', r.named,
            'children', '{}'::jsonb
            || coalesce(c1.named, '{}')
            || coalesce(c2.named, '{}')
        )
    from chosen as s
    inner join filled as r on r.number = s.number
    left join c1 on c1.number = s.number
    left join c2 on c2.number = s.number
    where s._place = 1;
    -- The winning version, unchanged.
    insert into filled_stage.thing_composed (
        number, _source, _record, _content
    )
    select
        s.number,
        s._source,
        s._record,
        v.content
    from filled_stage.thing_per_source as s
    inner join filled_history.thing_version as v
        on v.number = s.number and v.source_id = s._source
    where
        s._place = 1
        and not s._contradicts
        and not exists (
            select 1 from filled_stage.thing_per_source as m
            where m._place = 2 and m.number = s.number
        );
    -- Of the records of a key that the load read, one stands for the composed row: the first whose version
    -- counts. The others are superseded by it or by another edition of their feed.
    with planned as materialized (
        select c.* from loader.chunks_of_records(_p_load) as c
    ), standing as (
        select distinct on (s.number)
            s._source,
            s._record,
            d._source as made_source,
            d._record as made_record,
            md5(d._content::text)::uuid as made_hash
        from filled_stage.thing_per_source as s
        inner join planned as p on p.source_id = s._source
        inner join filled_stage.thing_composed as d
            on d.number = s.number
        order by s.number, s._place
    )
    insert into filled_stage.thing_decision (
        number, _chunk, _source, _record, _rec, _hash, _staged, _version, _outcome
    )
    select
        b.number,
        p.chunk_ids[width_bucket(b._record, p.first_records)],
        coalesce(o.made_source, b._source),
        coalesce(o.made_record, b._record),
        loader.record_id(coalesce(o.made_source, b._source), coalesce(o.made_record, b._record)),
        coalesce(o.made_hash, b._hash),
        true,
        case when o.made_source is null then 2 else 1 end,
        case when o.made_source is null then 'd' end
    from filled_build.thing as b
    inner join planned as p on p.source_id = b._source
    left join standing as o on o._source = b._source and o._record = b._record;
    truncate
        filled_build.thing,
        filled_build.thing_part,
        filled_build.thing_part_mark;
    insert into filled_build.thing (
        number, name, made, _source, _record, _hash
    )
    select
        r.number, r.name, r.made,
        c._source,
        c._record,
        md5(c._content::text)::uuid
    from filled_stage.thing_composed as c
    cross join lateral jsonb_to_record(c._content -> 'row')
        as r (number integer, name text, made date);
    get diagnostics _v_rows = row_count;
    _p_held := _p_held || jsonb_build_object('thing', _v_rows);
    insert into filled_build.thing_part (
        thing_number, ordinal, label, _rec
    )
    select
        r.thing_number, r.ordinal, r.label,
        loader.record_id(c._source, c._record)
    from filled_stage.thing_composed as c
    cross join lateral jsonb_to_recordset(c._content -> 'children' -> 'thing_part')
        as r (thing_number integer, ordinal integer, label text);
    get diagnostics _v_rows = row_count;
    _p_held := _p_held || jsonb_build_object('thing_part', _v_rows);
    insert into filled_build.thing_part_mark (
        thing_number, part_ordinal, ordinal, mark, _rec
    )
    select
        r.thing_number, r.part_ordinal, r.ordinal, r.mark,
        loader.record_id(c._source, c._record)
    from filled_stage.thing_composed as c
    cross join lateral jsonb_to_recordset(c._content -> 'children' -> 'thing_part_mark')
        as r (thing_number integer, part_ordinal integer, ordinal integer, mark text);
    get diagnostics _v_rows = row_count;
    _p_held := _p_held || jsonb_build_object('thing_part_mark', _v_rows);
end
$$;
comment on procedure filled_stage.compose_thing(bigint, bigint[], jsonb) is
'Puts into the build the rows composed of all versions of each thing that a load read.';
create or replace procedure filled_stage.decide_thing(_p_load bigint)
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
            'filled_history.thing_version'::regclass
        );
        -- If no history is kept: versions that can never count again. They are from useless sources, or of keys
        -- that the load read and that a newer edition of their feed had superseded before it. Versions of keys
        -- whose record was ever rejected stay, because no newer source may have decided about these keys.
        delete from filled_history.thing_version as v
        where
            v.source_id = any(_v_useless)
            and (v.number) not in (
                select e.number
                from filled_stage.ever_rejected_thing(_p_load) as e
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
        delete from filled_history.thing_version as v
        using superseded as s
        where
            s.source_id = v.source_id
            and (v.number) in (
                select b.number
                from filled_build.thing as b
            )
            and exists (
                select 1 from filled_history.thing_version as w
                where w.source_id = any(s.newer) and w.number = v.number
            );
    end if;
    call filled_stage.compose_thing(_p_load, _v_lost, _v_held);
    -- The composed row of each key against the row in the table.
    update filled_stage.thing_decision as v
    set
        _old_source = t._source,
        _old_record = t._record,
        _old_hash = t._hash,
        _was_marked = false
    from filled.thing as t
    where v._version = 1 and t.number = v.number;
    insert into filled_stage.thing_decision (
        number, _source, _record, _rec, _hash, _old_source, _old_record, _old_hash, _was_marked
    )
    select
        c.number,
        c._source,
        c._record,
        loader.record_id(c._source, c._record),
        md5(c._content::text)::uuid,
        t._source as _old_source,
        t._record as _old_record,
        t._hash as _old_hash,
        false
    from filled_stage.thing_composed as c
    left join filled.thing as t on t.number = c.number
    where not exists (
        select 1 from filled_stage.thing_decision as v
        where v._version = 1 and v.number = c.number
    );
    update filled_stage.thing_decision as v
    set
        _outcome = case
            when v._old_hash is null then 'i'
            when v._old_hash = v._hash and not v._was_marked then 'n'
            else 'u'
        end
    where v._version = 1;
    perform loader.gather_statistics(
        'filled_stage.thing_decision'::regclass
    );
end
$$;
comment on procedure filled_stage.decide_thing(bigint) is
'Decides about every thing that a load touches.';
create or replace procedure filled_stage.pick_absent_thing(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Adds to thing_decision the rows without any version that still
-- counts.
-- Called by loader.apply_load.
#variable_conflict use_column
declare
    _v_lost bigint[] := loader.withdrawn_sources(_p_load, 'thing');
begin
    if _v_lost <> '{}' or 'thing' = any(loader.complete_entities(_p_load)) then
        -- Rows without any version that still counts.
        insert into filled_stage.thing_decision (
            number, _old_source, _old_record, _old_hash, _outcome
        )
        select
            t.number,
            t._source,
            t._record,
            t._hash,
            'g'
        from filled.thing as t
        where
            (t.number) in (
                select l.number
                from filled_history.thing_version as l
                where l.source_id = any(_v_lost)
                union all
                select e.number
                from filled_stage.ever_rejected_thing(_p_load) as e
            )
            and not exists (
                select 1 from filled_stage.thing_per_source as s
                where s.number = t.number
            );
    end if;
end
$$;
comment on procedure filled_stage.pick_absent_thing(bigint) is
'Adds the rows without any version that still counts to the decisions.';
create or replace procedure filled_stage.resolve_thing(_p_load bigint, inout _p_held jsonb)
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
    call filled_stage.compose_thing(_p_load, '{}', _p_held);
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
            from filled_stage.thing_per_source as s
            inner join filled_stage.thing_per_source as f
                on f._place = 1 and f.number = s.number
            where
                s._place > 1
                and exists (
                    select 1
                    from filled_stage.thing_per_source as o
                    inner join loader.source as r on r.source_id = o._source
                    where r.load_id = _p_load and o.number = s.number
                )
        ) as m
        where not exists (
            select 1 from filled_stage.thing_decision as v
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
            'number', c.number
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
            -- Versions of other sources for keys that this load read, except the winner of each key.
            select
                s.*,
                case when not s._contradicts then f._source end as _winner_source,
                case when not s._contradicts then f._record end as _winner_record
            from filled_stage.thing_per_source as s
            inner join filled_stage.thing_per_source as f
                on f._place = 1 and f.number = s.number
            where
                s._place > 1
                and exists (
                    select 1
                    from filled_stage.thing_per_source as o
                    inner join loader.source as r on r.source_id = o._source
                    where r.load_id = _p_load and o.number = s.number
                )
        ) as l
        order by l.number, l._source, l._record
        limit 100
    ) as c
    left join loader.source as w on w.source_id = c._winner_source;
    select coalesce(array_agg(v._source), '{}'), coalesce(array_agg(v._record), '{}')
    into _v_sources, _v_records
    from filled_stage.thing_decision as v
    where v._outcome = 'd';
    perform loader.count_losers(_v_sources, _v_records);
    update loader.load as l set conflicts = l.conflicts + cardinality(_v_records)
    where l.load_id = _p_load;
end
$$;
comment on procedure filled_stage.resolve_thing(bigint, jsonb) is
'Composes one thing of all versions of a key in the build of a replace.';
