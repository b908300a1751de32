-- sql/dataset/compose/compose_entity.sql, mapping 000000000000
create or replace procedure computed_stage.compose_note(
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
-- Fills note_decision with the records read: d superseded, null: it stands for the composed row of its key.
-- Called by decide_note and
-- resolve_note. Raises LD044. Writes note_version,
-- build, staging.
#variable_conflict use_column
declare
    _v_lost bigint[] := _p_lost;
    _v_rows bigint;
    _v_row record;
    _v_holds boolean;
begin
    truncate
        computed_stage.note_decision,
        computed_stage.note_touched,
        computed_stage.note_per_source,
        computed_stage.note_composed;
    -- The version of each key from each source of the load. Of several records of one source, the last
    -- counts.
    insert into computed_history.note_version as t (
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
        )
    from computed_build.note as b
    order by b.id, b._source, b._record desc
    on conflict (id, source_id) do update set
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
        from loader.contributing_sources(_p_load, 'note') as c
    ), touched as (
        select b.id
        from computed_build.note as b
        union
        select l.id
        from computed_history.note_version as l
        where l.source_id = any(_v_lost)
        union
        select e.id
        from computed_stage.ever_rejected_note(_p_load) as e
    ), candidate as (
        select
            t.id,
            v.source_id,
            v.record,
            c.place,
            c.series
        from touched as t
        inner join computed_history.note_version as v
            on v.id = t.id
        inner join counting as c on c.source_id = v.source_id
        union all
        select
            s.id,
            v.source_id,
            v.record,
            s.place,
            s.series
        from computed_stage.spared_note(_p_load) as s
        inner join computed_history.note_version as v
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
    insert into computed_stage.note_per_source (
        id, _place, _source, _record
    )
    select
        i.id,
        row_number() over (partition by i.id order by i.place desc, i.source_id desc),
        i.source_id,
        i.record
    from issue as i;
    perform loader.gather_statistics(
        'computed_stage.note_per_source'::regclass
    );
    -- A column gets the first value in conflict order; a child row is the first one with its key. Versions
    -- contain no NULLs.
    with chosen as materialized (
        select m.id, m._place, m._source, m._record
        from computed_stage.note_per_source as m
        where (m.id) in (
            select n.id
            from computed_stage.note_per_source as n
            where n._place = 2
        )
    ), filled as (
        -- Of equal names, the last one remains.
        select
            m.id,
            jsonb_object_agg(e.key, e.value order by m._place desc) as named
        from chosen as m
        inner join computed_history.note_version as v
            on v.id = m.id and v.source_id = m._source
        cross join lateral jsonb_each(v.content -> 'row') as e (key, value)
        group by m.id
    )
    insert into computed_stage.note_composed (
        id, _source, _record, _content
    )
    select
        s.id,
        s._source,
        s._record,
        jsonb_build_object(
            'row', r.named,
            'children', '{}'::jsonb
        )
    from chosen as s
    inner join filled as r on r.id = s.id
    where s._place = 1;
    -- The winning version, unchanged.
    insert into computed_stage.note_composed (
        id, _source, _record, _content
    )
    select
        s.id,
        s._source,
        s._record,
        v.content
    from computed_stage.note_per_source as s
    inner join computed_history.note_version as v
        on v.id = s.id and v.source_id = s._source
    where
        s._place = 1
        and not s._contradicts
        and not exists (
            select 1 from computed_stage.note_per_source as m
            where m._place = 2 and m.id = s.id
        );
    -- Of the records of a key that the load read, one stands for the composed row: the first whose version
    -- counts. The others are superseded by it or by another edition of their feed.
    with planned as materialized (
        select c.* from loader.chunks_of_records(_p_load) as c
    ), standing as (
        select distinct on (s.id)
            s._source,
            s._record,
            d._source as made_source,
            d._record as made_record,
            md5(d._content::text)::uuid as made_hash
        from computed_stage.note_per_source as s
        inner join planned as p on p.source_id = s._source
        inner join computed_stage.note_composed as d
            on d.id = s.id
        order by s.id, s._place
    )
    insert into computed_stage.note_decision (
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
    from computed_build.note as b
    inner join planned as p on p.source_id = b._source
    left join standing as o on o._source = b._source and o._record = b._record;
    truncate
        computed_build.note;
    perform loader.fix_generated('computed_build.note');
    begin
        insert into computed_build.note (
            id, text, words, _source, _record, _hash
        )
        select
            r.id, r.text, (length(text))::integer as words,
            c._source,
            c._record,
            md5(c._content::text)::uuid
        from computed_stage.note_composed as c
        cross join lateral jsonb_to_record(c._content -> 'row')
            as r (id integer, text text, words integer);
    exception
        when data_exception or cardinality_violation or raise_exception
            or check_violation or not_null_violation or program_limit_exceeded then
            -- An expression cannot be computed of some composed row, which no single record is to blame for: this finds it.
            for _v_row in  -- noqa: PRS
                select
                    r.id, r.text, r.words
                from computed_stage.note_composed as c
                cross join lateral jsonb_to_record(c._content -> 'row')
                    as r (id integer, text text, words integer)
                order by r.id
            loop
                begin
                    select ((length(text))::integer) is null
                    into _v_holds
                    from (
                        select
                            _v_row.id as id,
                            _v_row.text as text
                    ) as r;
                exception
                    when data_exception or cardinality_violation or raise_exception
                        or check_violation or not_null_violation or program_limit_exceeded then
                        raise exception
                            'column words cannot be computed for the note %: %',
                            jsonb_build_array(_v_row.id), sqlerrm
                            using errcode = 'LD044',
                            hint = 'its row is composed of several versions (policy fill); make the expression '
                            'null for such values: it is a change of the mapping, and so needs --replace';
                end;
            end loop;
            raise;
    end;
    get diagnostics _v_rows = row_count;
    _p_held := _p_held || jsonb_build_object('note', _v_rows);
end
$$;
comment on procedure computed_stage.compose_note(bigint, bigint[], jsonb) is
'Puts into the build the rows composed of all versions of each note that a load read.';
create or replace procedure computed_stage.decide_note(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Decides about every note that a load touches: the row composed of its versions against that in the table.
-- Called by loader.apply_load.
#variable_conflict use_column
declare
    _v_lost bigint[] := loader.withdrawn_sources(_p_load, 'note');
    _v_held jsonb;
    _v_useless bigint[];
begin
    if not exists (
        select 1
        from loader.load as l
        where l.load_id = _p_load and l.settings ->> 'history' = 'on'
    ) then
        _v_useless := loader.unneeded_sources(_p_load, 'note');
        perform loader.assert_unreferenced(
            'computed_history.note_version'::regclass
        );
        -- If no history is kept: versions that can never count again. They are from useless sources, or of keys
        -- that the load read and that a newer edition of their feed had superseded before it. Versions of keys
        -- whose record was ever rejected stay, because no newer source may have decided about these keys.
        delete from computed_history.note_version as v
        where
            v.source_id = any(_v_useless)
            and (v.id) not in (
                select e.id
                from computed_stage.ever_rejected_note(_p_load) as e
            );
        with counting as materialized (
            select
                c.source_id,
                c.place,
                c.series
            from loader.contributing_sources(_p_load, 'note', false) as c
        ), superseded as materialized (
            select
                o.source_id,
                array_agg(n.source_id) as newer
            from counting as o
            inner join counting as n on n.series = o.series and (n.place, n.source_id) > (o.place, o.source_id)
            group by o.source_id
        )
        delete from computed_history.note_version as v
        using superseded as s
        where
            s.source_id = v.source_id
            and (v.id) in (
                select b.id
                from computed_build.note as b
            )
            and exists (
                select 1 from computed_history.note_version as w
                where w.source_id = any(s.newer) and w.id = v.id
            );
    end if;
    call computed_stage.compose_note(_p_load, _v_lost, _v_held);
    -- The composed row of each key against the row in the table.
    update computed_stage.note_decision as v
    set
        _old_source = t._source,
        _old_record = t._record,
        _old_hash = t._hash,
        _was_marked = false
    from computed.note as t
    where v._version = 1 and t.id = v.id;
    insert into computed_stage.note_decision (
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
    from computed_stage.note_composed as c
    left join computed.note as t on t.id = c.id
    where not exists (
        select 1 from computed_stage.note_decision as v
        where v._version = 1 and v.id = c.id
    );
    update computed_stage.note_decision as v
    set
        _outcome = case
            when v._old_hash is null then 'i'
            when v._old_hash = v._hash and not v._was_marked then 'n'
            else 'u'
        end
    where v._version = 1;
    perform loader.gather_statistics(
        'computed_stage.note_decision'::regclass
    );
end
$$;
comment on procedure computed_stage.decide_note(bigint) is
'Decides about every note that a load touches.';
create or replace procedure computed_stage.pick_absent_note(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Adds to note_decision the rows without any version that still
-- counts.
-- Called by loader.apply_load.
#variable_conflict use_column
declare
    _v_lost bigint[] := loader.withdrawn_sources(_p_load, 'note');
begin
    if _v_lost <> '{}' or 'note' = any(loader.complete_entities(_p_load)) then
        -- Rows without any version that still counts.
        insert into computed_stage.note_decision (
            id, _old_source, _old_record, _old_hash, _outcome
        )
        select
            t.id,
            t._source,
            t._record,
            t._hash,
            'g'
        from computed.note as t
        where
            (t.id) in (
                select l.id
                from computed_history.note_version as l
                where l.source_id = any(_v_lost)
                union all
                select e.id
                from computed_stage.ever_rejected_note(_p_load) as e
            )
            and not exists (
                select 1 from computed_stage.note_per_source as s
                where s.id = t.id
            );
    end if;
end
$$;
comment on procedure computed_stage.pick_absent_note(bigint) is
'Adds the rows without any version that still counts to the decisions.';
create or replace procedure computed_stage.resolve_note(_p_load bigint, inout _p_held jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Composes one note of all versions of a key in the build of a replace, which only has those of its dumps.
-- _p_held: numbers of rows of each table, which change. Called by loader.resolve_build when every chunk is done.
#variable_conflict use_column
declare
    _v_sources bigint[];
    _v_records bigint[];
begin
    call computed_stage.compose_note(_p_load, '{}', _p_held);
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
            from computed_stage.note_per_source as s
            inner join computed_stage.note_per_source as f
                on f._place = 1 and f.id = s.id
            where
                s._place > 1
                and exists (
                    select 1
                    from computed_stage.note_per_source as o
                    inner join loader.source as r on r.source_id = o._source
                    where r.load_id = _p_load and o.id = s.id
                )
        ) as m
        where not exists (
            select 1 from computed_stage.note_decision as v
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
        'note',
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
            -- Versions of other sources for keys that this load read, except the winner of each key.
            select
                s.*,
                case when not s._contradicts then f._source end as _winner_source,
                case when not s._contradicts then f._record end as _winner_record
            from computed_stage.note_per_source as s
            inner join computed_stage.note_per_source as f
                on f._place = 1 and f.id = s.id
            where
                s._place > 1
                and exists (
                    select 1
                    from computed_stage.note_per_source as o
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
    from computed_stage.note_decision as v
    where v._outcome = 'd';
    perform loader.count_losers(_v_sources, _v_records);
    update loader.load as l set conflicts = l.conflicts + cardinality(_v_records)
    where l.load_id = _p_load;
end
$$;
comment on procedure computed_stage.resolve_note(bigint, jsonb) is
'Composes one note of all versions of a key in the build of a replace.';
