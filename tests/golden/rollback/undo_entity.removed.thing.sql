-- sql/dataset/rollback/undo_entity.sql, mapping 000000000000
create or replace procedure removed_stage.pick_undone_thing(
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
        removed_stage.thing_decision,
        removed_stage.thing_touched;
    if _p_first then
        -- All rows of a first load are deleted.
        insert into removed_stage.thing_decision (
            id, _old_source, _old_record, _old_hash, _outcome
        )
        select
            t.id,
            t._source,
            t._record,
            t._hash,
            'x'
        from removed.thing as t
        where t._source = any(_v_sources);
        -- A first load recorded no changes, but later loads recorded their changes of its rows.
        select
            count(*),
            array_agg(o.key order by o.place) filter (where o.place <= 20)
        into _p_touched, _p_keys
        from (
            select
                'thing' || ' ' || concat_ws('/', c.id) as key,
                row_number() over (order by c.id) as place
            from (
                select distinct h.id
                from removed_history.thing_change as h
                where h.load_id > _p_undone and h.source_before = any(_v_sources)
            ) as c
            left join removed.thing as t
                on t.id = c.id and t._source = any(_v_sources)
            where t._source is null
        ) as o;
    else
        -- What a load inserted is deleted, what it deleted comes back, all other rows become as they were.
        insert into removed_stage.thing_decision (
            id, _source, _record, _rec, _hash,
            _old_source, _old_record, _old_hash, _was_marked, _outcome
        )
        select
            c.id,
            c.source_before,
            c.record_before,
            loader.record_id(c.source_before, c.record_before),
            c.hash_before,
            t._source,
            t._record,
            t._hash,
            c.op = 'mark' or '_gone_since' = any(coalesce(c.columns, '{}')),
            case c.op when 'insert' then 'x' when 'delete' then 'i' else 'u' end
        from removed_history.thing_change as c
        left join removed.thing as t on t.id = c.id
        where c.load_id = _p_undone and c.op <> 'same';
        -- Records that are no longer as the load left them.
        select
            count(*),
            array_agg(o.key order by o.place) filter (where o.place <= 20)
        into _p_touched, _p_keys
        from (
            select
                'thing' || ' ' || concat_ws('/', c.id) as key,
                row_number() over (order by c.id) as place
            from removed_history.thing_change as c
            left join removed.thing as t on t.id = c.id
            where
                c.load_id = _p_undone
                and (t._source, t._record, t._hash) is distinct from (
                    case when c.op <> 'delete' then c.source_after end,
                    case when c.op <> 'delete' then c.record_after end,
                    case when c.op <> 'delete' then c.hash_after end
                )
        ) as o;
    end if;
    perform loader.gather_statistics(
        'removed_stage.thing_decision'::regclass
    );
end
$$;
comment on procedure removed_stage.pick_undone_thing(bigint, boolean, bigint, text[]) is
'Decides how the changes of a load are undone; returns which records are no longer as it left them.';
create or replace procedure removed_stage.undo_thing(
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
    insert into removed_build.thing (
        id, name, size, _source, _record, _hash
    )
    select
        r.id, r.name, r.size,
        r._source, r._record, r._hash
    from removed_history.thing_change as c
    cross join lateral jsonb_to_record(c.before -> 'row') as r (
        id integer,
        name text,
        size integer,
        _source integer,
        _record bigint,
        _hash uuid
    )
    where c.load_id = _p_undone and c.op not in ('insert', 'same');
    insert into removed_build.thing_part (
        thing_id, ordinal, label, _rec
    )
    select
        r.thing_id, r.ordinal, r.label,
        loader.record_id(c.source_before, c.record_before)
    from removed_history.thing_change as c
    cross join lateral jsonb_to_recordset(c.before -> 'children' -> 'thing_part') as r (
        thing_id integer,
        ordinal integer,
        label text
    )
    where c.load_id = _p_undone and c.op not in ('insert', 'same');
    call removed_stage.apply_thing(_p_load, _p_history);
    -- Records in which a replace changed nothing but their source.
    with moved as (
        update removed.thing as t
        set _source = c.source_before, _record = c.record_before
        from removed_history.thing_change as c
        where c.load_id = _p_undone and c.op = 'same' and c.id = t.id
        returning c.*
    )
    insert into removed_history.thing_change (
        load_id, id, op,
        source_before, record_before, hash_before, source_after, record_after, hash_after
    )
    select
        _p_load,
        m.id,
        'same',
        m.source_after,
        m.record_after,
        m.hash_after,
        m.source_before,
        m.record_before,
        m.hash_before
    from moved as m;
    -- The records that the load found unchanged no longer count.
    delete from removed_stage.thing_key_log as s
    using loader.chunk as k
    where k.chunk_id = s.chunk_id and k.load_id = _p_undone;
    -- Rows of the load that still exist, and children that should not exist.
    select sum(l.found)
    into _p_left
    from (
        select count(*) as found
        from removed.thing as t
        where
            t._source in (
                select s.source_id
                from loader.source as s
                where s.load_id = _p_undone
            )
        union all
        select count(*) as found
        from removed_stage.thing_decision as v
        inner join removed.thing_part as t on t.thing_id = v.id
        where
            v._outcome = 'u'
            and not exists (
                select 1 from removed_build.thing_part as b
                where b.thing_id = t.thing_id
                and b.ordinal = t.ordinal
            )
    ) as l;
end
$$;
comment on procedure removed_stage.undo_thing(bigint, bigint, boolean, bigint) is
'Restores the thing records that a load had changed.';
