-- sql/dataset/apply/apply_entity.sql, mapping 000000000000
create or replace procedure removed_latest_stage.apply_thing(_p_load bigint, _p_history boolean)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Writes the decisions in thing_decision into removed_latest, by difference, and records the changes.
-- _p_history: whether the previous versions are kept. Called by loader.apply_load, in the transaction that makes the
-- load visible, and by loader.rollback.
begin
    -- The changes that are about to be made and, if history is kept, the versions before.
    insert into removed_latest_history.thing_change (
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
                    when t.version
                        is distinct from b.version
                    then 'version'
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
                then removed_latest_stage.version_of_thing(v.id)
        end
    from removed_latest_stage.thing_decision as v
    left join removed_latest_build.thing as b
        on b._source = v._source and b._record = v._record
    left join removed_latest.thing as t
        on v._outcome <> 'i' and t.id = v.id
    where v._outcome in ('i', 'u', 'g', 'x');
    if _p_history then
        perform loader.keep_users_columns(_p_load, 'thing');
    end if;
    -- In key order, to avoid deadlocks with other sessions that write these rows.
    insert into removed_latest.thing as t (
        id, name, version, _source, _record, _hash
    )
    select
        b.id, b.name, b.version, b._source, b._record, b._hash
    from removed_latest_build.thing as b
    where loader.record_id(b._source, b._record) in (
        select v._rec from removed_latest_stage.thing_decision as v
        where v._outcome in ('i', 'u')
    )
    order by b.id
    on conflict (id) do update set
        name = excluded.name,
        version = excluded.version,
        _source = excluded._source,
        _record = excluded._record,
        _hash = excluded._hash;
    call removed_latest_stage.drop_absent_thing(_p_load);
    if exists (
        select 1 from removed_latest_stage.thing_decision as v
        where v._outcome = 'x'
    ) then
        delete from removed_latest.thing as t
        where (t.id) in (
            select v.id
            from removed_latest_stage.thing_decision as v
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
        from removed_latest_stage.thing_decision as v
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
    insert into removed_latest_history.thing_removed (
        id, source_id, record, _latest
    )
    select distinct on (v.id, v._source)
        v.id,
        v._source,
        v._record,
        v._latest
    from removed_latest_stage.thing_decision as v
    where v._hash = loader.removed_hash()
    order by v.id, v._source, v._latest desc nulls last, v._record desc;
    -- Records that were parsed and turned out to equal their rows were found unchanged, too.
    insert into removed_latest_stage.thing_key_log as s (
        chunk_id, id, record, outcome
    )
    select
        v._chunk,
        array_agg(v.id order by v._record),
        array_agg(v._record order by v._record),
        repeat('n', count(*)::integer)
    from removed_latest_stage.thing_decision as v
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
        case
            when c._winner_latest is distinct from c._latest then format(
                '%s: %s against %s',
                'version', c._winner_latest, coalesce(c._latest::text, 'none')
            )
            else loader.why_wins(c._winner_source, c._source)
        end
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
                    when v._version > 1 and w._outcome <> 'd' then w._latest
                    when v._gone_wins then v._gone_latest
                    else v._old_latest
                end as _winner_latest,
                case
                    when v._version > 1 and w._outcome <> 'd' then w._hash = loader.removed_hash()
                    else v._gone_wins
                end as _winner_removes
            from removed_latest_stage.thing_decision as v
            left join removed_latest_stage.thing_decision as w
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
comment on procedure removed_latest_stage.apply_thing(bigint, boolean) is
'Writes what was decided about thing records into the tables, by difference.';
