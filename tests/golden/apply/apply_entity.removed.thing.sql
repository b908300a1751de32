-- sql/dataset/apply/apply_entity.sql, mapping 000000000000
create or replace procedure removed_stage.apply_thing(_p_load bigint, _p_history boolean)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Writes the decisions in thing_decision into removed, by difference, and records the changes.
-- _p_history: whether the previous versions are kept. Called by loader.apply_load, in the transaction that makes the
-- load visible, and by loader.rollback.
declare
    _v_referenced tid[];
    _v_replaced text[] := '{u}';
begin
    -- The changes that are about to be made and, if history is kept, the versions before.
    insert into removed_history.thing_change (
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
                    when t.size
                        is distinct from b.size
                    then 'size'
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
                then removed_stage.version_of_thing(v.id)
        end
    from removed_stage.thing_decision as v
    left join removed_build.thing as b
        on b._source = v._source and b._record = v._record
    left join removed.thing as t
        on v._outcome <> 'i' and t.id = v.id
    where v._outcome in ('i', 'u', 'g', 'x');
    if _p_history then
        perform loader.keep_users_columns(_p_load, 'thing');
    end if;
    -- In key order, to avoid deadlocks with other sessions that write these rows.
    insert into removed.thing as t (
        id, name, size, _source, _record, _hash
    )
    select
        b.id, b.name, b.size, b._source, b._record, b._hash
    from removed_build.thing as b
    where loader.record_id(b._source, b._record) in (
        select v._rec from removed_stage.thing_decision as v
        where v._outcome in ('i', 'u')
    )
    order by b.id
    on conflict (id) do update set
        name = excluded.name,
        size = excluded.size,
        _source = excluded._source,
        _record = excluded._record,
        _hash = excluded._hash;
    if exists (
        select 1 from removed_stage.thing_decision as v
        where v._outcome = 'i'
    ) then
        begin
            insert into removed.thing_part (
                thing_id, ordinal, label
            )
            select
                b.thing_id, b.ordinal, b.label
            from removed_build.thing_part as b
            where
                b._rec in (
                    select v._rec from removed_stage.thing_decision as v
                    where v._outcome = 'i'
                );
        exception
            when unique_violation then
                -- Somebody has deleted roots without their children: these are replaced like those of updated roots.
                _v_replaced := '{u,i}';
        end;
    end if;
    if exists (
        select 1 from removed_stage.thing_decision as v
        where v._outcome = any(_v_replaced)
    ) then
        _v_referenced := '{}';
        if loader.reference_guard('removed.thing_part'::regclass, 't') <> '' then

            -- Rows that changed records no longer have, but to which other tables refer.
            select coalesce(
                array_agg(s.place) filter (
                    where loader.is_referenced('removed.thing_part'::regclass, s.place)
                ),
                '{}'
            )
            into _v_referenced
            from (
                select t.ctid as place
                from removed.thing_part as t
                where
                    (t.thing_id) in (
                        select v.id
                        from removed_stage.thing_decision as v
                        where v._outcome = any(_v_replaced)
                    )
                    and not exists (
                        select 1 from removed_build.thing_part as b
                        inner join removed_stage.thing_decision as v on v._rec = b._rec
                        where
                            v._outcome = any(_v_replaced)
                            and b.thing_id = t.thing_id
                            and b.ordinal = t.ordinal
                    )
                offset 0
            ) as s;
            perform loader.report_surplus(_p_load, 'thing_part', cardinality(_v_referenced));
        end if;
        -- The keys whose children a statement writes, which are recorded in the history.
        with written as (

            delete from removed.thing_part as t
                where
                    (t.thing_id) in (
                        select v.id
                        from removed_stage.thing_decision as v
                        where v._outcome = any(_v_replaced)
                    )
                    and not exists (
                        select 1 from removed_build.thing_part as b
                        inner join removed_stage.thing_decision as v on v._rec = b._rec
                        where
                            v._outcome = any(_v_replaced)
                            and b.thing_id = t.thing_id
                            and b.ordinal = t.ordinal
                    )
                    and t.ctid <> all(_v_referenced)
            returning t.thing_id
        )
        insert into removed_stage.thing_touched (id, _table)
        select distinct
            w.thing_id,
            1
        from written as w;
        -- The keys whose children a statement writes, which are recorded in the history.
        with written as (
            -- Only rows that differ, because ON CONFLICT would lock, and so write, the others.
            insert into removed.thing_part as t (
                thing_id, ordinal, label
            )
            select
                b.thing_id, b.ordinal, b.label
            from removed_build.thing_part as b
            where
                b._rec in (
                    select v._rec from removed_stage.thing_decision as v
                    where v._outcome = any(_v_replaced)
                )
                and not exists (
                    select 1 from removed.thing_part as o
                    where
                        o.thing_id = b.thing_id
                        and o.ordinal = b.ordinal
                        and (o.label)
                        is not distinct from
                        (b.label)
                )
            order by b.thing_id, b.ordinal
            on conflict (thing_id, ordinal) do update set
                label = excluded.label
            returning t.thing_id
        )
        insert into removed_stage.thing_touched (id, _table)
        select distinct
            w.thing_id,
            1
        from written as w;
        -- Child tables follow the root's columns in the list of changes.
        update removed_history.thing_change as h
        set columns = h.columns || r._names
        from (
            select
                u.id,
                array_agg(u._name order by u._place) as _names
            from (
                select distinct
                    o.id,
                    n._name,
                    n._place
                from removed_stage.thing_touched as o
                inner join unnest(array[
                    'thing_part'
                ]::text[]) with ordinality as n (_name, _place) on n._place = o._table
            ) as u
            group by u.id
        ) as r
        where h.load_id = _p_load and h.op = 'update' and h.id = r.id;
    end if;
    call removed_stage.drop_absent_thing(_p_load);
    if exists (
        select 1 from removed_stage.thing_decision as v
        where v._outcome = 'x'
    ) then
        delete from removed.thing_part as t
        where (t.thing_id) in (
            select v.id
            from removed_stage.thing_decision as v
            where v._outcome = 'x'
        );
        delete from removed.thing as t
        where (t.id) in (
            select v.id
            from removed_stage.thing_decision as v
            where v._outcome = 'x'
        );
    end if;
    -- Until now, everything in the build counted as inserted, all other records as unchanged.
    with counted as (
        select
            v._chunk as chunk_id,
            count(*) filter (where v._outcome = 'i') - count(*) filter (where v._staged) as inserted,
            count(*) filter (where v._outcome = 'u') as updated,
            count(*) filter (where v._outcome = 'x') as removed,
            count(*) filter (where v._outcome in ('n', 'k')) - count(*) filter (where not v._staged) as unchanged,
            count(*) filter (where v._outcome = 'd') as duplicate
        from removed_stage.thing_decision as v
        where v._chunk is not null
        group by v._chunk
    )
    update loader.chunk as c set
        inserted = c.inserted + d.inserted,
        updated = c.updated + d.updated,
        removed = c.removed + d.removed,
        unchanged = c.unchanged + d.unchanged,
        duplicate = c.duplicate + d.duplicate
    from counted as d
    where d.chunk_id = c.chunk_id;
    -- Delete records stay recorded, whether or not they have deleted a row: no older version brings it back.
    insert into removed_history.thing_removed (
        id, source_id, record
    )
    select distinct on (v.id, v._source)
        v.id,
        v._source,
        v._record
    from removed_stage.thing_decision as v
    where v._hash = loader.removed_hash()
    order by v.id, v._source, v._record desc;
    -- Records that were parsed and turned out to equal their rows were found unchanged, too.
    insert into removed_stage.thing_key_log as s (
        chunk_id, id, record, outcome
    )
    select
        v._chunk,
        array_agg(v.id order by v._record),
        array_agg(v._record order by v._record),
        repeat('n', count(*)::integer)
    from removed_stage.thing_decision as v
    where v._outcome = 'n' and v._staged and v._hash <> loader.removed_hash()
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
        'thing',
        jsonb_build_object(
            'id', c.id
        ),
        w.source_id as winner_source,
        case when w.source_id is not null then c._winner_record end,
        c._source,
        c._record,
        case when c._winner_removes then 'a delete record: ' else '' end ||
        loader.why_wins(c._winner_source, c._source)
    from (
        select l.*
        from (
            -- Versions that lost to another one of this load, or to the row in the table.
            select
                v.*,
                case
                    when v._version > 1 and w._outcome <> 'd' then w._source
                    when v._gone_wins then v._gone_source
                    else v._old_source
                end as _winner_source,
                case
                    when v._version > 1 and w._outcome <> 'd' then w._record
                    when v._gone_wins then v._gone_record
                    else v._old_record
                end as _winner_record,
                case
                    when v._version > 1 and w._outcome <> 'd' then w._hash = loader.removed_hash()
                    else v._gone_wins
                end as _winner_removes
            from removed_stage.thing_decision as v
            left join removed_stage.thing_decision as w
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
comment on procedure removed_stage.apply_thing(bigint, boolean) is
'Writes what was decided about thing records into the tables, by difference.';
