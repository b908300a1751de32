-- sql/dataset/apply/apply_entity.sql, mapping 000000000000
create or replace procedure marked_stage.apply_bare(_p_load bigint, _p_history boolean)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Writes the decisions in bare_decision into marked, by difference, and records the changes.
-- _p_history: whether the previous versions are kept. Called by loader.apply_load, in the transaction that makes the
-- load visible, and by loader.rollback.
begin
    -- The changes that are about to be made and, if history is kept, the versions before.
    insert into marked_history.bare_change (
        load_id, code, op, columns,
        source_before, record_before, hash_before, source_after, record_after, hash_after, before
    )
    select
        _p_load,
        v.code,
        case v._outcome
            when 'i' then 'insert'
            when 'u' then 'update'
            when 'g' then 'mark'
            else 'delete'
        end,
        case
            when v._outcome = 'u' then array_remove(array[
                case when v._was_marked then '_gone_since' end
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
                then marked_stage.version_of_bare(v.code)
        end
    from marked_stage.bare_decision as v
    left join marked_build.bare as b
        on b._source = v._source and b._record = v._record
    left join marked.bare as t
        on v._outcome <> 'i' and t.code = v.code
    where v._outcome in ('i', 'u', 'g', 'x');
    if _p_history then
        perform loader.keep_users_columns(_p_load, 'bare');
    end if;
    -- In key order, to avoid deadlocks with other sessions that write these rows.
    insert into marked.bare as t (
        code, _source, _record, _hash
    )
    select
        b.code, b._source, b._record, b._hash
    from marked_build.bare as b
    where loader.record_id(b._source, b._record) in (
        select v._rec from marked_stage.bare_decision as v
        where v._outcome in ('i', 'u')
    )
    order by b.code
    on conflict (code) do update set
        _source = excluded._source,
        _record = excluded._record,
        _hash = excluded._hash,
        _gone_since = null;
    call marked_stage.drop_absent_bare(_p_load);
    if exists (
        select 1 from marked_stage.bare_decision as v
        where v._outcome = 'x'
    ) then
        delete from marked.bare as t
        where (t.code) in (
            select v.code
            from marked_stage.bare_decision as v
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
        from marked_stage.bare_decision as v
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
    insert into marked_stage.bare_key_log as s (
        chunk_id, code, record, outcome
    )
    select
        v._chunk,
        array_agg(v.code order by v._record),
        array_agg(v._record order by v._record),
        repeat('n', count(*)::integer)
    from marked_stage.bare_decision as v
    where v._outcome = 'n' and v._staged
    group by v._chunk
    on conflict (chunk_id) do update set
        code = s.code || excluded.code,
        record = s.record || excluded.record,
        outcome = s.outcome || excluded.outcome;
    -- The first conflicts by key: which version won, and why.
    insert into loader.conflict (
        load_id, entity, key, winner_source, winner_record, loser_source, loser_record, why
    )
    select
        _p_load,
        'bare',
        jsonb_build_object(
            'code', c.code
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
            from marked_stage.bare_decision as v
            left join marked_stage.bare_decision as w
                on w._version = 1
                and w._chunk is not null
                and v._version > 1
                and w.code = v.code
            where v._outcome = 'd'
        ) as l
        order by l.code, l._source, l._record
        limit 100
    ) as c
    left join loader.source as w on w.source_id = c._winner_source;
end
$$;
comment on procedure marked_stage.apply_bare(bigint, boolean) is
'Writes what was decided about bare records into the tables, by difference.';
