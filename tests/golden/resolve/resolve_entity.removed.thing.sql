-- sql/dataset/resolve/resolve_entity.sql, mapping 000000000000
create or replace procedure removed_stage.resolve_thing(_p_load bigint, inout _p_held jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Removes from the build every version of a thing but the winner, with its children. _p_held: numbers of rows
-- of each table, which decrease. Called by loader.resolve_build when every chunk is done.
#variable_conflict use_column
declare
    _v_sources bigint[];
    _v_records bigint[];
    _v_losers bigint[];
    _v_rows bigint;
begin
    -- Delete records stay recorded, whether or not they have deleted a row: no older version brings it back.
    insert into removed_history.thing_removed (
        id, source_id, record
    )
    select distinct on (v.id, v._source)
        v.id,
        v._source,
        v._record
    from removed_build.thing as v
    where v._hash = loader.removed_hash()
    order by v.id, v._source, v._record desc;
    with twice as (
        select r.id
        from removed_build.thing as r
        group by r.id
        having count(*) > 1
    ), ranked as (
        select
            r._source,
            r._record,
            row_number() over (
                partition by r.id
                order by o.place desc, r._record desc
            ) as rank_of_version
        from removed_build.thing as r
        inner join twice as w on w.id = r.id
        inner join loader.source_ranks('removed', 'newest') as o
            on o.source_id = r._source
    )
    select
        array_agg(r._source::bigint),
        array_agg(r._record),
        array_agg(loader.record_id(r._source, r._record))
    into _v_sources, _v_records, _v_losers
    from ranked as r
    where r.rank_of_version > 1;
    if _v_losers is not null then
        update loader.load as l set conflicts = l.conflicts + cardinality(_v_losers) where l.load_id = _p_load;
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
                -- Versions that are about to be removed from the build, with those that stay.
                select
                    o.*,
                    w._hash = loader.removed_hash() as _winner_removes,
                    w._source as _winner_source,
                    w._record as _winner_record
                from removed_build.thing as o
                inner join removed_build.thing as w on w.id = o.id
                where
                    loader.record_id(o._source, o._record) in (select unnest(_v_losers))
                    and loader.record_id(w._source, w._record) not in (select unnest(_v_losers))
            ) as l
            order by l.id, l._source, l._record
            limit 100
        ) as c
        left join loader.source as w on w.source_id = c._winner_source;
        delete from removed_build.thing as t
        where loader.record_id(t._source, t._record) in (select unnest(_v_losers));
        get diagnostics _v_rows = row_count;
        _p_held := loader.add_counts(_p_held, jsonb_build_object('thing', -_v_rows));
        delete from removed_build.thing_part as t
        where t._rec in (select unnest(_v_losers));
        get diagnostics _v_rows = row_count;
        _p_held := loader.add_counts(_p_held, jsonb_build_object('thing_part', -_v_rows));
        perform loader.count_losers(_v_sources, _v_records);
    end if;
    -- Delete records that have won: the build has no row of their keys.
    select
        array_agg(r._source::bigint),
        array_agg(r._record),
        array_agg(loader.record_id(r._source, r._record))
    into _v_sources, _v_records, _v_losers
    from removed_build.thing as r
    where r._hash = loader.removed_hash();
    if _v_losers is not null then
        delete from removed_build.thing as t
        where loader.record_id(t._source, t._record) in (select unnest(_v_losers));
        get diagnostics _v_rows = row_count;
        _p_held := loader.add_counts(_p_held, jsonb_build_object('thing', -_v_rows));
        perform loader.count_removals(_v_sources, _v_records);
    end if;
end
$$;
comment on procedure removed_stage.resolve_thing(bigint, jsonb) is
'Removes from the build every version of a thing but the winner.';
