-- sql/dataset/rollback/undo_entity.sql, mapping 000000000000
create or replace procedure plain_stage.pick_undone_thing(
    _p_undone bigint,
    _p_first boolean,
    inout _p_touched bigint,
    inout _p_keys text[]
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Puts into thing_decision what undoes the changes of load _p_undone. _p_first: that load found empty tables,
-- so all of its rows are deleted. _p_touched, _p_keys: the number of its records that are no longer as it left them,
-- and the first of these. Called by loader.rollback.
#variable_conflict use_column
declare
    _v_sources bigint[] := array(select s.source_id from loader.source as s where s.load_id = _p_undone);
begin
    truncate
        plain_stage.thing_decision,
        plain_stage.thing_touched;
    if _p_first then
        -- All rows of a first load are deleted.
        insert into plain_stage.thing_decision (
            place, number, _old_source, _old_record, _old_hash, _outcome
        )
        select
            t.place, t.number,
            t._source,
            t._record,
            t._hash,
            'x'
        from plain.thing as t
        where t._source = any(_v_sources);
        -- A first load recorded no changes, but later loads recorded their changes of its rows.
        select
            count(*),
            array_agg(o.key order by o.place) filter (where o.place <= 20)
        into _p_touched, _p_keys
        from (
            select
                'thing' || ' ' || concat_ws('/', c.place, c.number) as key,
                row_number() over (order by c.place, c.number) as place
            from (
                select distinct h.place, h.number
                from plain_history.thing_change as h
                where h.load_id > _p_undone and h.source_before = any(_v_sources)
            ) as c
            left join plain.thing as t
                on t.place = c.place and t.number = c.number and t._source = any(_v_sources)
            where t._source is null
        ) as o;
    else
        -- What a load inserted is deleted, what it deleted comes back, all other rows become as they were.
        insert into plain_stage.thing_decision (
            place, number, _source, _record, _rec, _hash,
            _old_source, _old_record, _old_hash, _was_marked, _outcome
        )
        select
            c.place, c.number,
            c.source_before,
            c.record_before,
            loader.record_id(c.source_before, c.record_before),
            c.hash_before,
            t._source,
            t._record,
            t._hash,
            c.op = 'mark' or '_gone_since' = any(coalesce(c.columns, '{}')),
            case c.op when 'insert' then 'x' when 'delete' then 'i' else 'u' end
        from plain_history.thing_change as c
        left join plain.thing as t on t.place = c.place and t.number = c.number
        where c.load_id = _p_undone and c.op <> 'same';
        -- Records that are no longer as the load left them.
        select
            count(*),
            array_agg(o.key order by o.place) filter (where o.place <= 20)
        into _p_touched, _p_keys
        from (
            select
                'thing' || ' ' || concat_ws('/', c.place, c.number) as key,
                row_number() over (order by c.place, c.number) as place
            from plain_history.thing_change as c
            left join plain.thing as t on t.place = c.place and t.number = c.number
            where
                c.load_id = _p_undone
                and (t._source, t._record, t._hash) is distinct from (
                    case c.op when 'mark' then c.source_before else c.source_after end,
                    case c.op when 'mark' then c.record_before else c.record_after end,
                    case c.op when 'mark' then c.hash_before else c.hash_after end
                )
        ) as o;
    end if;
    perform loader.gather_statistics(
        'plain_stage.thing_decision'::regclass
    );
end
$$;
comment on procedure plain_stage.pick_undone_thing(bigint, boolean, bigint, text[]) is
'Decides how the changes of a load are undone; returns which records are no longer as it left them.';
create or replace procedure plain_stage.undo_thing(
    _p_load bigint,
    _p_undone bigint,
    _p_history boolean,
    inout _p_left bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Writes what pick_undone_thing has decided, as load _p_load: puts the versions from before load _p_undone
-- into the build and applies them as those of any load. _p_left: rows that could not be restored, because foreign keys
-- of other tables refer to children, or because their source is not recorded. Called by loader.rollback.
#variable_conflict use_column
begin
    insert into plain_build.thing (
        place, number, name, made, _source, _record, _hash
    )
    select
        r.place, r.number, r.name, r.made,
        r._source, r._record, r._hash
    from plain_history.thing_change as c
    cross join lateral jsonb_to_record(c.before -> 'row') as r (
        place text,
        number integer,
        name text,
        made date,
        _source integer,
        _record bigint,
        _hash uuid
    )
    where c.load_id = _p_undone and c.op not in ('insert', 'same');
    insert into plain_build.thing_part (
        thing_place, thing_number, ordinal, label, weight, _rec
    )
    select
        r.thing_place, r.thing_number, r.ordinal, r.label, r.weight,
        loader.record_id(c.source_before, c.record_before)
    from plain_history.thing_change as c
    cross join lateral jsonb_to_recordset(c.before -> 'children' -> 'thing_part') as r (
        thing_place text,
        thing_number integer,
        ordinal integer,
        label text,
        weight numeric
    )
    where c.load_id = _p_undone and c.op not in ('insert', 'same');
    insert into plain_build.thing_part_mark (
        thing_place, thing_number, part_ordinal, ordinal, _rec
    )
    select
        r.thing_place, r.thing_number, r.part_ordinal, r.ordinal,
        loader.record_id(c.source_before, c.record_before)
    from plain_history.thing_change as c
    cross join lateral jsonb_to_recordset(c.before -> 'children' -> 'thing_part_mark') as r (
        thing_place text,
        thing_number integer,
        part_ordinal integer,
        ordinal integer
    )
    where c.load_id = _p_undone and c.op not in ('insert', 'same');
    call plain_stage.apply_thing(_p_load, _p_history);
    -- Records in which a replace changed nothing but their source.
    with moved as (
        update plain.thing as t
        set _source = c.source_before, _record = c.record_before
        from plain_history.thing_change as c
        where c.load_id = _p_undone and c.op = 'same' and c.place = t.place and c.number = t.number
        returning c.*
    )
    insert into plain_history.thing_change (
        load_id, place, number, op,
        source_before, record_before, hash_before, source_after, record_after, hash_after
    )
    select
        _p_load,
        m.place, m.number,
        'same',
        m.source_after,
        m.record_after,
        m.hash_after,
        m.source_before,
        m.record_before,
        m.hash_before
    from moved as m;
    -- The records that the load found unchanged no longer count.
    delete from plain_stage.thing_key_log as s
    using loader.chunk as k
    where k.chunk_id = s.chunk_id and k.load_id = _p_undone;
    -- Rows of the load that still exist, and children that should not exist.
    select sum(l.found)
    into _p_left
    from (
        select count(*) as found
        from plain.thing as t
        where
            t._source in (
                select s.source_id
                from loader.source as s
                where s.load_id = _p_undone
            )
        union all
        select count(*) as found
        from plain_stage.thing_decision as v
        inner join plain.thing_part as t on t.thing_place = v.place and t.thing_number = v.number
        where
            v._outcome = 'u'
            and not exists (
                select 1 from plain_build.thing_part as b
                where b.thing_place = t.thing_place
                and b.thing_number = t.thing_number
                and b.ordinal = t.ordinal
            )
        union all
        select count(*) as found
        from plain_stage.thing_decision as v
        inner join plain.thing_part_mark as t on t.thing_place = v.place and t.thing_number = v.number
        where
            v._outcome = 'u'
            and not exists (
                select 1 from plain_build.thing_part_mark as b
                where b.thing_place = t.thing_place
                and b.thing_number = t.thing_number
                and b.part_ordinal = t.part_ordinal
                and b.ordinal = t.ordinal
            )
    ) as l;
end
$$;
comment on procedure plain_stage.undo_thing(bigint, bigint, boolean, bigint) is
'Restores the thing records that a load had changed.';
