-- sql/dataset/rejects/rejected_entity.sql, mapping 000000000000
create or replace function plain_stage.rejected_thing(_p_loads bigint[])
returns table (load_id bigint, source_id bigint, place text, number integer)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- Keys of the thing records that these loads could not load, if the keys could be read.

    -- Under another mapping of the entity, a key may have had another type.
    select distinct
        r.load_id,
        r.source_id,
        k.place,
        k.number
    from loader.reject as r
    inner join loader.load as l on l.load_id = r.load_id
    cross join lateral jsonb_to_record(r.key) as k (place text, number integer)
    where
        r.load_id = any(_p_loads)
        and loader.entity_digest(l.mapping_hash, r.entity)
        = 'a5aa90ebde25968c09e5a182aeb1606829160a28661d632750ebd804c6d74c26'
        and r.entity = 'thing'
        and r.key is not null
        and r.reason <> 'conflict'
        and k.place is not null
        and k.number is not null;
$$;
comment on function plain_stage.rejected_thing(bigint[]) is
'Keys of the thing records that these loads could not load.';
create or replace function plain_stage.undecided_thing(
    _p_load bigint, _p_complete boolean default false
)
returns table (source_id bigint, place text, number integer)
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
            r.place,
            r.number
        from plain_stage.rejected_thing(array(select n.load_id from newer as n)) as r
    )
    select
        n.source_id,
        r.place,
        r.number
    from newer as n
    inner join rejected as r on r.load_id = n.load_id
    group by n.source_id, r.place, r.number
    having count(*) = (
        select count(*) from newer as m
        where m.source_id = n.source_id
    );
$$;
comment on function plain_stage.undecided_thing(bigint, boolean) is
'Keys of thing records about which no newer full snapshot has decided, because it rejected them.';
create or replace function plain_stage.kept_thing(_p_load bigint)
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
    from plain.thing as t
    where
        (t.place, t.number) in (
            select r.place, r.number
            from plain_stage.rejected_thing(array[_p_load]) as r
        )
        and t._source not in (
            select s.source_id from loader.source as s
            where s.load_id = _p_load
        )
        and not exists (
            select 1 from plain_stage.thing_decision as v
            where
                (v._chunk is not null or v._outcome in ('g', 'x'))
                and v.place = t.place and v.number = t.number
        )
        and not exists (
            select 1
            from loader.chunk as c
            inner join plain_stage.thing_key_log as s on s.chunk_id = c.chunk_id
            cross join lateral unnest(s.place, s.number) as u (place, number)
            where c.load_id = _p_load and u.place = t.place and u.number = t.number
        );
    return _v_kept;
end
$$;
comment on function plain_stage.kept_thing(bigint) is
'How many thing rows from before a merge stay because their record was rejected.';
create or replace procedure plain_stage.carry_thing(_p_load bigint, inout _p_held jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Copies rows of plain into the build of a replace that has rejected their record, with their children and
-- source, or the newest source that has found them unchanged. _p_held: numbers of rows of each table, which increase.
-- Called by loader.carry_rejected.
#variable_conflict use_column
declare
    _v_rows bigint;
    _v_own bigint[] := array(select s.source_id from loader.source as s where s.load_id = _p_load);
begin
    insert into plain_build.thing (
        place, number, name, made, _source, _record, _hash
    )
    select
        t.place, t.number, t.name, t.made, t._source, t._record, t._hash
    from plain.thing as t
    where
        (t.place, t.number) in (
            select r.place, r.number
            from plain_stage.rejected_thing(array[_p_load]) as r
        )
        and not exists (
            select 1 from plain_build.thing as b
            where b.place = t.place and b.number = t.number
        );
    get diagnostics _v_rows = row_count;
    if _v_rows = 0 then
        return;
    end if;
    _p_held := loader.add_counts(_p_held, jsonb_build_object('thing', _v_rows));
    -- What a newer source has found unchanged is also the version of this source: an older one that is
    -- loaded later must not change it, and the key log of the sources before a replace is forgotten.
    update plain_build.thing as b
    set _source = r.source_id, _record = r.record
    from (
        select distinct on (u.place, u.number)
            u.place, u.number,
            c.source_id,
            u.record
        from plain_stage.thing_key_log as s
        inner join loader.chunk as c on c.chunk_id = s.chunk_id
        inner join loader.load as l on l.load_id = c.load_id and l.state = 'done'
        inner join loader.source_ranks('plain', 'newest') as p
            on p.source_id = c.source_id
        cross join lateral unnest(s.place, s.number, s.record, string_to_array(s.outcome, null))
            as u (place, number, record, outcome)
        inner join plain_build.thing as k on k.place = u.place and k.number = u.number
        inner join loader.source as o on o.source_id = k._source
        inner join loader.source_ranks('plain', 'newest') as w
            on w.source_id = k._source
        where
            position('n' in s.outcome) > 0
            and u.outcome = 'n'
            and k._source <> all(_v_own)
            and c.load_id > o.load_id
            and p.place > w.place
            and not loader.is_replaced(c.source_id)
        order by u.place, u.number, p.place desc, c.source_id desc, u.record desc
    ) as r
    where r.place = b.place and r.number = b.number;
    insert into plain_build.thing_part (
        thing_place, thing_number, ordinal, label, weight, _rec
    )
    select
        t.thing_place, t.thing_number, t.ordinal, t.label, t.weight,
        loader.record_id(b._source, b._record)
    from plain_build.thing as b
    inner join plain.thing_part as t on t.thing_place = b.place and t.thing_number = b.number
    where b._source <> all(_v_own);
    get diagnostics _v_rows = row_count;
    _p_held := loader.add_counts(_p_held, jsonb_build_object('thing_part', _v_rows));
    insert into plain_build.thing_part_mark (
        thing_place, thing_number, part_ordinal, ordinal, _rec
    )
    select
        t.thing_place, t.thing_number, t.part_ordinal, t.ordinal,
        loader.record_id(b._source, b._record)
    from plain_build.thing as b
    inner join plain.thing_part_mark as t on t.thing_place = b.place and t.thing_number = b.number
    where b._source <> all(_v_own);
    get diagnostics _v_rows = row_count;
    _p_held := loader.add_counts(_p_held, jsonb_build_object('thing_part_mark', _v_rows));
end
$$;
comment on procedure plain_stage.carry_thing(bigint, jsonb) is
'Copies the thing rows whose record a replace has rejected into its build.';
