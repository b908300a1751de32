-- sql/dataset/rejects/rejected_entity.sql, mapping 000000000000
create or replace function kept_stage.rejected_thing(_p_loads bigint[])
returns table (load_id bigint, source_id bigint, number integer)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- Keys of the thing records that these loads could not load, if the keys could be read.

    -- Under another mapping of the entity, a key may have had another type.
    select distinct
        r.load_id,
        r.source_id,
        k.number
    from loader.reject as r
    inner join loader.load as l on l.load_id = r.load_id
    cross join lateral jsonb_to_record(r.key) as k (number integer)
    where
        r.load_id = any(_p_loads)
        and loader.entity_digest(l.mapping_hash, r.entity)
        = '7955db64e60ea26613fc1b5c08e9d70f7067cc838a8108f128eb85a70a06ec26'
        and r.entity = 'thing'
        and r.key is not null
        and r.reason <> 'conflict'
        and k.number is not null;
$$;
comment on function kept_stage.rejected_thing(bigint[]) is
'Keys of the thing records that these loads could not load.';
create or replace function kept_stage.undecided_thing(
    _p_load bigint, _p_complete boolean default false
)
returns table (source_id bigint, number integer)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- For each out-of-order source of a load, keys about which no newer full snapshot has decided, because each of
    -- these snapshots rejected the record. _p_complete: newer editions of single feeds do not count.
    with newer as materialized (
        select
            n.source_id,
            n.load_id
        from loader.newer_snapshots(_p_load, 'thing') as n
        where n.is_complete or not _p_complete
    ), rejected as materialized (
        select distinct
            r.load_id,
            r.number
        from kept_stage.rejected_thing(array(select n.load_id from newer as n)) as r
    )
    select
        n.source_id,
        r.number
    from newer as n
    inner join rejected as r on r.load_id = n.load_id
    group by n.source_id, r.number
    having count(*) = (
        select count(*) from newer as m
        where m.source_id = n.source_id
    );
$$;
comment on function kept_stage.undecided_thing(bigint, boolean) is
'Keys of thing records about which no newer full snapshot has decided, because it rejected them.';
create or replace function kept_stage.kept_thing(_p_load bigint)
returns bigint
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- How many rows from before a merge stay because their record was rejected. Called by loader.count_kept, when deletions
-- are decided and nothing is written yet.
#variable_conflict use_column
declare
    _v_kept bigint;
begin
    select count(*)
    into _v_kept
    from kept.thing as t
    where
        (t.number) in (
            select r.number
            from kept_stage.rejected_thing(array[_p_load]) as r
        )
        and t._source not in (
            select s.source_id from loader.source as s
            where s.load_id = _p_load
        )
        and not exists (
            select 1 from kept_stage.thing_decision as v
            where
                (v._chunk is not null or v._outcome in ('g', 'x'))
                and v.number = t.number
        )
        and not exists (
            select 1
            from loader.chunk as c
            inner join kept_stage.thing_key_log as s on s.chunk_id = c.chunk_id
            cross join lateral unnest(s.number) as u (number)
            where c.load_id = _p_load and u.number = t.number
        );
    return _v_kept;
end
$$;
comment on function kept_stage.kept_thing(bigint) is
'How many thing rows from before a merge stay because their record was rejected.';
create or replace function kept_stage.spared_thing(_p_load bigint)
returns table (source_id bigint, place bigint, series text, number integer)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- Versions of sources that count only for these keys, because all loads that superseded them rejected the record.
    with overruled as materialized (
        select o.*
        from loader.overruled_sources(_p_load, 'thing') as o
    ), rejected as materialized (
        -- A load that has the key in another file has decided all the same, and so has one whose record was corrected
        -- and replayed since, unless that was replaced.
        select distinct
            r.load_id,
            r.number
        from kept_stage.rejected_thing(
            array(select distinct o.load_id from overruled as o)
        ) as r
        inner join loader.source as s on s.source_id = r.source_id
        inner join loader.load as d on d.load_id = r.load_id
        where not exists (
            select 1
            from kept_history.thing_version as v
            inner join loader.source as n on n.source_id = v.source_id
            inner join loader.load as l on l.load_id = n.load_id
            where
                v.number = r.number
                and (l.load_id = _p_load or l.state = 'done')
                and (d.mode <> 'replace' or l.load_id >= d.load_id)
                and (
                    n.load_id = r.load_id
                    or loader.is_replay(n.name) and n.series = s.series
                    and n.priority = s.priority and n.snapshot is not distinct from s.snapshot
                )
        )
    )
    select
        o.source_id,
        o.place,
        o.series,
        r.number
    from overruled as o
    inner join rejected as r on r.load_id = o.load_id
    group by o.source_id, o.place, o.series, r.number
    having count(*) = (
        select count(*) from overruled as m
        where m.source_id = o.source_id
    );
$$;
comment on function kept_stage.spared_thing(bigint) is
'Keys of thing whose older versions still count, because newer loads rejected the record.';
create or replace function kept_stage.ever_rejected_thing(_p_load bigint)
returns table (number integer)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- Keys of the thing records that a load or one before it could not load.
    select distinct r.number
    from kept_stage.rejected_thing(array(
        select l.load_id from loader.load as l
        where l.dataset = 'kept' and l.load_id <= _p_load
    )) as r;
$$;
comment on function kept_stage.ever_rejected_thing(bigint) is
'Keys of the thing records that a load or one before it could not load.';
