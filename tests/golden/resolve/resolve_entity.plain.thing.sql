-- sql/dataset/resolve/resolve_entity.sql, mapping 000000000000
create or replace procedure plain_stage.resolve_thing(_p_load bigint, inout _p_held jsonb)
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
    with twice as (
        select r.place, r.number
        from plain_build.thing as r
        group by r.place, r.number
        having count(*) > 1
    ), ranked as (
        select
            r._source,
            r._record,
            row_number() over (
                partition by r.place, r.number
                order by o.place desc, r._record desc
            ) as rank_of_version
        from plain_build.thing as r
        inner join twice as w on w.place = r.place and w.number = r.number
        inner join loader.source_ranks('plain', 'newest') as o
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
                'place', c.place,
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
                -- Versions that are about to be removed from the build, with those that stay.
                select
                    o.*,
                    w._source as _winner_source,
                    w._record as _winner_record
                from plain_build.thing as o
                inner join plain_build.thing as w on w.place = o.place and w.number = o.number
                where
                    loader.record_id(o._source, o._record) in (select unnest(_v_losers))
                    and loader.record_id(w._source, w._record) not in (select unnest(_v_losers))
            ) as l
            order by l.place, l.number, l._source, l._record
            limit 100
        ) as c
        left join loader.source as w on w.source_id = c._winner_source;
        delete from plain_build.thing as t
        where loader.record_id(t._source, t._record) in (select unnest(_v_losers));
        get diagnostics _v_rows = row_count;
        _p_held := loader.add_counts(_p_held, jsonb_build_object('thing', -_v_rows));
        delete from plain_build.thing_part as t
        where t._rec in (select unnest(_v_losers));
        get diagnostics _v_rows = row_count;
        _p_held := loader.add_counts(_p_held, jsonb_build_object('thing_part', -_v_rows));
        delete from plain_build.thing_part_mark as t
        where t._rec in (select unnest(_v_losers));
        get diagnostics _v_rows = row_count;
        _p_held := loader.add_counts(_p_held, jsonb_build_object('thing_part_mark', -_v_rows));
        perform loader.count_losers(_v_sources, _v_records);
    end if;
end
$$;
comment on procedure plain_stage.resolve_thing(bigint, jsonb) is
'Removes from the build every version of a thing but the winner.';
