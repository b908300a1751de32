-- sql/dataset/apply/apply_entity.sql, mapping 000000000000
create or replace procedure marked_stage.apply_thing(_p_load bigint, _p_history boolean)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Writes the decisions in thing_decision into marked, by difference, and records the changes.
-- _p_history: whether the previous versions are kept. Called by loader.apply_load, in the transaction that makes the
-- load visible, and by loader.rollback.
declare
    _v_referenced tid[];
    _v_replaced text[] := '{u}';
begin
    -- The changes that are about to be made and, if history is kept, the versions before.
    insert into marked_history.thing_change (
        load_id, number, op, columns,
        source_before, record_before, hash_before, source_after, record_after, hash_after, before
    )
    select
        _p_load,
        v.number,
        case v._outcome
            when 'i' then 'insert'
            when 'u' then 'update'
            when 'g' then 'mark'
            else 'delete'
        end,
        case
            when v._outcome = 'u' then array_remove(array[
                case when v._was_marked then '_gone_since' end,
                case
                    when t.name
                        is distinct from b.name
                    then 'name'
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
                then marked_stage.version_of_thing(v.number)
        end
    from marked_stage.thing_decision as v
    left join marked_build.thing as b
        on b._source = v._source and b._record = v._record
    left join marked.thing as t
        on v._outcome <> 'i' and t.number = v.number
    where v._outcome in ('i', 'u', 'g', 'x');
    if _p_history then
        perform loader.keep_users_columns(_p_load, 'thing');
    end if;
    -- In key order, to avoid deadlocks with other sessions that write these rows.
    insert into marked.thing as t (
        number, name, _source, _record, _hash
    )
    select
        b.number, b.name, b._source, b._record, b._hash
    from marked_build.thing as b
    where loader.record_id(b._source, b._record) in (
        select v._rec from marked_stage.thing_decision as v
        where v._outcome in ('i', 'u')
    )
    order by b.number
    on conflict (number) do update set
        name = excluded.name,
        _source = excluded._source,
        _record = excluded._record,
        _hash = excluded._hash,
        _gone_since = null;
    if exists (
        select 1 from marked_stage.thing_decision as v
        where v._outcome = 'i'
    ) then
        begin
            insert into marked.thing_part (
                thing_number, ordinal, label
            )
            select
                b.thing_number, b.ordinal, b.label
            from marked_build.thing_part as b
            where
                b._rec in (
                    select v._rec from marked_stage.thing_decision as v
                    where v._outcome = 'i'
                );
        exception
            when unique_violation then
                -- Somebody has deleted roots without their children: these are replaced like those of updated roots.
                _v_replaced := '{u,i}';
        end;
    end if;
    if exists (
        select 1 from marked_stage.thing_decision as v
        where v._outcome = any(_v_replaced)
    ) then
        _v_referenced := '{}';
        if loader.reference_guard('marked.thing_part'::regclass, 't') <> '' then

            -- Rows that changed records no longer have, but to which other tables refer.
            select coalesce(
                array_agg(s.place) filter (
                    where loader.is_referenced('marked.thing_part'::regclass, s.place)
                ),
                '{}'
            )
            into _v_referenced
            from (
                select t.ctid as place
                from marked.thing_part as t
                where
                    (t.thing_number) in (
                        select v.number
                        from marked_stage.thing_decision as v
                        where v._outcome = any(_v_replaced)
                    )
                    and not exists (
                        select 1 from marked_build.thing_part as b
                        inner join marked_stage.thing_decision as v on v._rec = b._rec
                        where
                            v._outcome = any(_v_replaced)
                            and b.thing_number = t.thing_number
                            and b.ordinal = t.ordinal
                    )
                offset 0
            ) as s;
            perform loader.report_surplus(_p_load, 'thing_part', cardinality(_v_referenced));
        end if;
        -- The keys whose children a statement writes, which are recorded in the history.
        with written as (

            delete from marked.thing_part as t
                where
                    (t.thing_number) in (
                        select v.number
                        from marked_stage.thing_decision as v
                        where v._outcome = any(_v_replaced)
                    )
                    and not exists (
                        select 1 from marked_build.thing_part as b
                        inner join marked_stage.thing_decision as v on v._rec = b._rec
                        where
                            v._outcome = any(_v_replaced)
                            and b.thing_number = t.thing_number
                            and b.ordinal = t.ordinal
                    )
                    and t.ctid <> all(_v_referenced)
            returning t.thing_number
        )
        insert into marked_stage.thing_touched (number, _table)
        select distinct
            w.thing_number,
            1
        from written as w;
        -- The keys whose children a statement writes, which are recorded in the history.
        with written as (
            -- Only rows that differ, because ON CONFLICT would lock, and so write, the others.
            insert into marked.thing_part as t (
                thing_number, ordinal, label
            )
            select
                b.thing_number, b.ordinal, b.label
            from marked_build.thing_part as b
            where
                b._rec in (
                    select v._rec from marked_stage.thing_decision as v
                    where v._outcome = any(_v_replaced)
                )
                and not exists (
                    select 1 from marked.thing_part as o
                    where
                        o.thing_number = b.thing_number
                        and o.ordinal = b.ordinal
                        and (o.label)
                        is not distinct from
                        (b.label)
                )
            order by b.thing_number, b.ordinal
            on conflict (thing_number, ordinal) do update set
                label = excluded.label
            returning t.thing_number
        )
        insert into marked_stage.thing_touched (number, _table)
        select distinct
            w.thing_number,
            1
        from written as w;
        -- Child tables follow the root's columns in the list of changes.
        update marked_history.thing_change as h
        set columns = h.columns || r._names
        from (
            select
                u.number,
                array_agg(u._name order by u._place) as _names
            from (
                select distinct
                    o.number,
                    n._name,
                    n._place
                from marked_stage.thing_touched as o
                inner join unnest(array[
                    'thing_part'
                ]::text[]) with ordinality as n (_name, _place) on n._place = o._table
            ) as u
            group by u.number
        ) as r
        where h.load_id = _p_load and h.op = 'update' and h.number = r.number;
    end if;
    call marked_stage.drop_absent_thing(_p_load);
    if exists (
        select 1 from marked_stage.thing_decision as v
        where v._outcome = 'x'
    ) then
        delete from marked.thing_part as t
        where (t.thing_number) in (
            select v.number
            from marked_stage.thing_decision as v
            where v._outcome = 'x'
        );
        delete from marked.thing as t
        where (t.number) in (
            select v.number
            from marked_stage.thing_decision as v
            where v._outcome = 'x'
        );
    end if;
    -- Until now, everything in the build counted as inserted, all other records as unchanged.
    with counted as (
        select
            v._chunk as chunk_id,
            count(*) filter (where v._outcome = 'i') - count(*) filter (where v._staged) as inserted,
            count(*) filter (where v._outcome = 'u') as updated,
            count(*) filter (where v._outcome = 'n') - count(*) filter (where not v._staged) as unchanged,
            count(*) filter (where v._outcome = 'd') as duplicate
        from marked_stage.thing_decision as v
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
    -- Records that were parsed and turned out to equal their rows were found unchanged, too.
    insert into marked_stage.thing_key_log as s (
        chunk_id, number, record, outcome
    )
    select
        v._chunk,
        array_agg(v.number order by v._record),
        array_agg(v._record order by v._record),
        repeat('n', count(*)::integer)
    from marked_stage.thing_decision as v
    where v._outcome = 'n' and v._staged
    group by v._chunk
    on conflict (chunk_id) do update set
        number = s.number || excluded.number,
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
            'number', c.number
        ),
        w.source_id as winner_source,
        case when w.source_id is not null then c._winner_record end,
        c._source,
        c._record,
        loader.why_wins(c._winner_source, c._source)
    from (
        select l.*
        from (
            -- Versions that lost to another one of this load, or to the row in the table.
            select
                v.*,
                case when v._version > 1 and w._outcome <> 'd' then w._source else v._old_source end as _winner_source,
                case when v._version > 1 and w._outcome <> 'd' then w._record else v._old_record end as _winner_record
            from marked_stage.thing_decision as v
            left join marked_stage.thing_decision as w
                on w._version = 1
                and w._chunk is not null
                and v._version > 1
                and w.number = v.number
            where v._outcome = 'd'
        ) as l
        order by l.number, l._source, l._record
        limit 100
    ) as c
    left join loader.source as w on w.source_id = c._winner_source;
end
$$;
comment on procedure marked_stage.apply_thing(bigint, boolean) is
'Writes what was decided about thing records into the tables, by difference.';
