-- sql/dataset/compose/compose_entity.sql, mapping 000000000000
create or replace procedure typed_stage.compose_reading(
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
-- Fills reading_decision with the records read: d superseded, null: it stands for the composed row of its key.
-- Called by decide_reading and
-- resolve_reading. Writes reading_version,
-- build, staging.
#variable_conflict use_column
declare
    _v_lost bigint[] := _p_lost;
    _v_rows bigint;
begin
    truncate
        typed_stage.reading_decision,
        typed_stage.reading_touched,
        typed_stage.reading_per_source,
        typed_stage.reading_composed;
    -- The version of each key from each source of the load. Of several records of one source, the last
    -- counts.
    insert into typed_history.reading_version as t (
        id, digest, source_id, record, hash, content
    )
    select distinct on (b.id, b.digest, b._source)
        b.id, b.digest,
        b._source,
        b._record,
        b._hash,
        jsonb_build_object(
            -- jsonb_strip_nulls() would also reach into the values.
            'row', (
                select jsonb_object_agg(e.key, e.value)
                from jsonb_each(to_jsonb(b.*) - '{_source,_record,_hash,_gone_since}'::text[]) as e (key, value)
                where e.value <> 'null'
            ),
            'children', '{}'::jsonb
        )
    from typed_build.reading as b
    order by b.id, b.digest, b._source, b._record desc
    on conflict (id, digest, source_id) do update set
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
        from loader.contributing_sources(_p_load, 'reading') as c
    ), touched as (
        select b.id, b.digest
        from typed_build.reading as b
        union
        select l.id, l.digest
        from typed_history.reading_version as l
        where l.source_id = any(_v_lost)
        union
        select e.id, e.digest
        from typed_stage.ever_rejected_reading(_p_load) as e
    ), candidate as (
        select
            t.id,
            t.digest,
            v.source_id,
            v.record,
            c.place,
            c.series
        from touched as t
        inner join typed_history.reading_version as v
            on v.id = t.id and v.digest = t.digest
        inner join counting as c on c.source_id = v.source_id
        union all
        select
            s.id,
            s.digest,
            v.source_id,
            v.record,
            s.place,
            s.series
        from typed_stage.spared_reading(_p_load) as s
        inner join typed_history.reading_version as v
            on v.source_id = s.source_id and v.id = s.id and v.digest = s.digest
    ), issue as (
        select distinct on (c.id, c.digest, c.series)
            c.id,
            c.digest,
            c.source_id,
            c.record,
            c.place
        from candidate as c
        order by c.id, c.digest, c.series, c.place desc, c.source_id desc
    )
    insert into typed_stage.reading_per_source (
        id, digest, _place, _source, _record
    )
    select
        i.id, i.digest,
        row_number() over (partition by i.id, i.digest order by i.place desc, i.source_id desc),
        i.source_id,
        i.record
    from issue as i;
    perform loader.gather_statistics(
        'typed_stage.reading_per_source'::regclass
    );
    -- A column gets the first value in conflict order; a child row is the first one with its key. Versions
    -- contain no NULLs.
    with chosen as materialized (
        select m.id, m.digest, m._place, m._source, m._record
        from typed_stage.reading_per_source as m
        where (m.id, m.digest) in (
            select n.id, n.digest
            from typed_stage.reading_per_source as n
            where n._place = 2
        )
    ), filled as (
        -- Of equal names, the last one remains.
        select
            m.id, m.digest,
            jsonb_object_agg(e.key, e.value order by m._place desc) as named
        from chosen as m
        inner join typed_history.reading_version as v
            on v.id = m.id and v.digest = m.digest and v.source_id = m._source
        cross join lateral jsonb_each(v.content -> 'row') as e (key, value)
        group by m.id, m.digest
    )
    insert into typed_stage.reading_composed (
        id, digest, _source, _record, _content
    )
    select
        s.id, s.digest,
        s._source,
        s._record,
        jsonb_build_object(
            'row', r.named,
            'children', '{}'::jsonb
        )
    from chosen as s
    inner join filled as r on r.id = s.id and r.digest = s.digest
    where s._place = 1;
    -- The winning version, unchanged.
    insert into typed_stage.reading_composed (
        id, digest, _source, _record, _content
    )
    select
        s.id, s.digest,
        s._source,
        s._record,
        v.content
    from typed_stage.reading_per_source as s
    inner join typed_history.reading_version as v
        on v.id = s.id and v.digest = s.digest and v.source_id = s._source
    where
        s._place = 1
        and not s._contradicts
        and not exists (
            select 1 from typed_stage.reading_per_source as m
            where m._place = 2 and m.id = s.id and m.digest = s.digest
        );
    -- Of the records of a key that the load read, one stands for the composed row: the first whose version
    -- counts. The others are superseded by it or by another edition of their feed.
    with planned as materialized (
        select c.* from loader.chunks_of_records(_p_load) as c
    ), standing as (
        select distinct on (s.id, s.digest)
            s._source,
            s._record,
            d._source as made_source,
            d._record as made_record,
            md5(d._content::text)::uuid as made_hash
        from typed_stage.reading_per_source as s
        inner join planned as p on p.source_id = s._source
        inner join typed_stage.reading_composed as d
            on d.id = s.id and d.digest = s.digest
        order by s.id, s.digest, s._place
    )
    insert into typed_stage.reading_decision (
        id, digest, _chunk, _source, _record, _rec, _hash, _staged, _version, _outcome
    )
    select
        b.id, b.digest,
        p.chunk_ids[width_bucket(b._record, p.first_records)],
        coalesce(o.made_source, b._source),
        coalesce(o.made_record, b._record),
        loader.record_id(coalesce(o.made_source, b._source), coalesce(o.made_record, b._record)),
        coalesce(o.made_hash, b._hash),
        true,
        case when o.made_source is null then 2 else 1 end,
        case when o.made_source is null then 'd' end
    from typed_build.reading as b
    inner join planned as p on p.source_id = b._source
    left join standing as o on o._source = b._source and o._record = b._record;
    truncate
        typed_build.reading;
    insert into typed_build.reading (
        id, digest, level, state, value, share, price, taken, body, image, _source, _record, _hash
    )
    select
        r.id, r.digest, r.level, r.state, r.value, r.share, r.price, r.taken, r.body, r.image,
        c._source,
        c._record,
        md5(c._content::text)::uuid
    from typed_stage.reading_composed as c
    cross join lateral jsonb_to_record(c._content -> 'row')
        as r (id uuid, digest bytea, level smallint, state text, value double precision, share real[],
              price numeric, taken timestamptz, body jsonb, image bytea);
    get diagnostics _v_rows = row_count;
    _p_held := _p_held || jsonb_build_object('reading', _v_rows);
end
$$;
comment on procedure typed_stage.compose_reading(bigint, bigint[], jsonb) is
'Puts into the build the rows composed of all versions of each reading that a load read.';
create or replace procedure typed_stage.decide_reading(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Decides about every reading that a load touches: the row composed of its versions against that in the table.
-- Called by loader.apply_load.
#variable_conflict use_column
declare
    _v_lost bigint[] := loader.withdrawn_sources(_p_load, 'reading');
    _v_held jsonb;
    _v_useless bigint[];
begin
    if not exists (
        select 1
        from loader.load as l
        where l.load_id = _p_load and l.settings ->> 'history' = 'on'
    ) then
        _v_useless := loader.unneeded_sources(_p_load, 'reading');
        perform loader.assert_unreferenced(
            'typed_history.reading_version'::regclass
        );
        -- If no history is kept: versions that can never count again. They are from useless sources, or of keys
        -- that the load read and that a newer edition of their feed had superseded before it. Versions of keys
        -- whose record was ever rejected stay, because no newer source may have decided about these keys.
        delete from typed_history.reading_version as v
        where
            v.source_id = any(_v_useless)
            and (v.id, v.digest) not in (
                select e.id, e.digest
                from typed_stage.ever_rejected_reading(_p_load) as e
            );
        with counting as materialized (
            select
                c.source_id,
                c.place,
                c.series
            from loader.contributing_sources(_p_load, 'reading', false) as c
        ), superseded as materialized (
            select
                o.source_id,
                array_agg(n.source_id) as newer
            from counting as o
            inner join counting as n on n.series = o.series and (n.place, n.source_id) > (o.place, o.source_id)
            group by o.source_id
        )
        delete from typed_history.reading_version as v
        using superseded as s
        where
            s.source_id = v.source_id
            and (v.id, v.digest) in (
                select b.id, b.digest
                from typed_build.reading as b
            )
            and exists (
                select 1 from typed_history.reading_version as w
                where w.source_id = any(s.newer) and w.id = v.id and w.digest = v.digest
            );
    end if;
    call typed_stage.compose_reading(_p_load, _v_lost, _v_held);
    -- The composed row of each key against the row in the table.
    update typed_stage.reading_decision as v
    set
        _old_source = t._source,
        _old_record = t._record,
        _old_hash = t._hash,
        _was_marked = false
    from typed.reading as t
    where v._version = 1 and t.id = v.id and t.digest = v.digest;
    insert into typed_stage.reading_decision (
        id, digest, _source, _record, _rec, _hash, _old_source, _old_record, _old_hash, _was_marked
    )
    select
        c.id, c.digest,
        c._source,
        c._record,
        loader.record_id(c._source, c._record),
        md5(c._content::text)::uuid,
        t._source as _old_source,
        t._record as _old_record,
        t._hash as _old_hash,
        false
    from typed_stage.reading_composed as c
    left join typed.reading as t on t.id = c.id and t.digest = c.digest
    where not exists (
        select 1 from typed_stage.reading_decision as v
        where v._version = 1 and v.id = c.id and v.digest = c.digest
    );
    update typed_stage.reading_decision as v
    set
        _outcome = case
            when v._old_hash is null then 'i'
            when v._old_hash = v._hash and not v._was_marked then 'n'
            else 'u'
        end
    where v._version = 1;
    perform loader.gather_statistics(
        'typed_stage.reading_decision'::regclass
    );
end
$$;
comment on procedure typed_stage.decide_reading(bigint) is
'Decides about every reading that a load touches.';
create or replace procedure typed_stage.pick_absent_reading(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Adds to reading_decision the rows without any version that still
-- counts.
-- Called by loader.apply_load.
#variable_conflict use_column
declare
    _v_lost bigint[] := loader.withdrawn_sources(_p_load, 'reading');
begin
    if _v_lost <> '{}' or 'reading' = any(loader.complete_entities(_p_load)) then
        -- Rows without any version that still counts.
        insert into typed_stage.reading_decision (
            id, digest, _old_source, _old_record, _old_hash, _outcome
        )
        select
            t.id, t.digest,
            t._source,
            t._record,
            t._hash,
            'g'
        from typed.reading as t
        where
            (t.id, t.digest) in (
                select l.id, l.digest
                from typed_history.reading_version as l
                where l.source_id = any(_v_lost)
                union all
                select e.id, e.digest
                from typed_stage.ever_rejected_reading(_p_load) as e
            )
            and not exists (
                select 1 from typed_stage.reading_per_source as s
                where s.id = t.id and s.digest = t.digest
            );
    end if;
end
$$;
comment on procedure typed_stage.pick_absent_reading(bigint) is
'Adds the rows without any version that still counts to the decisions.';
create or replace procedure typed_stage.resolve_reading(_p_load bigint, inout _p_held jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Composes one reading of all versions of a key in the build of a replace, which only has those of its dumps.
-- _p_held: numbers of rows of each table, which change. Called by loader.resolve_build when every chunk is done.
#variable_conflict use_column
declare
    _v_sources bigint[];
    _v_records bigint[];
begin
    call typed_stage.compose_reading(_p_load, '{}', _p_held);
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
            from typed_stage.reading_per_source as s
            inner join typed_stage.reading_per_source as f
                on f._place = 1 and f.id = s.id and f.digest = s.digest
            where
                s._place > 1
                and exists (
                    select 1
                    from typed_stage.reading_per_source as o
                    inner join loader.source as r on r.source_id = o._source
                    where r.load_id = _p_load and o.id = s.id and o.digest = s.digest
                )
        ) as m
        where not exists (
            select 1 from typed_stage.reading_decision as v
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
        'reading',
        jsonb_build_object(
            'id', c.id,
            'digest', c.digest
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
            from typed_stage.reading_per_source as s
            inner join typed_stage.reading_per_source as f
                on f._place = 1 and f.id = s.id and f.digest = s.digest
            where
                s._place > 1
                and exists (
                    select 1
                    from typed_stage.reading_per_source as o
                    inner join loader.source as r on r.source_id = o._source
                    where r.load_id = _p_load and o.id = s.id and o.digest = s.digest
                )
        ) as l
        order by l.id, l.digest, l._source, l._record
        limit 100
    ) as c
    left join loader.source as w on w.source_id = c._winner_source;
    select coalesce(array_agg(v._source), '{}'), coalesce(array_agg(v._record), '{}')
    into _v_sources, _v_records
    from typed_stage.reading_decision as v
    where v._outcome = 'd';
    perform loader.count_losers(_v_sources, _v_records);
    update loader.load as l set conflicts = l.conflicts + cardinality(_v_records)
    where l.load_id = _p_load;
end
$$;
comment on procedure typed_stage.resolve_reading(bigint, jsonb) is
'Composes one reading of all versions of a key in the build of a replace.';
