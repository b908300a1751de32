-- sql/dataset/overlaps/overlaps_entity.sql, mapping 000000000000
create or replace function plain_stage.overlaps_thing(_p_sample integer)
returns table (source integer, other_source integer, keys bigint, sample text [])
language sql
stable
set search_path = pg_catalog, pg_temp
set enable_nestloop = off
set enable_mergejoin = off
as $$
    -- Pairs of sources that share thing keys; a source paired with itself: keys that occur more than once in
    -- it. Keys that occur once are eliminated by hashing, before anything else is done. The planner has no statistics
    -- of these tables, so joins that are only quick for a few rows are disabled.
    with twice as materialized (
        select k.place, k.number
        from plain_stage.thing_key as k
        group by k.place, k.number
        having count(*) > 1
    ), held as materialized (
        select
            k.place,
            k.number,
            k._source,
            count(*) as _records,
            -- A sample is the least key of each of some parts, which are made by the records' numbers, so
            -- that nothing is sorted.
            min(k._record) % 1024 as _part
        from plain_stage.thing_key as k
        inner join twice as w on w.place = k.place and w.number = k.number
        group by k.place, k.number, k._source
    ), parts as (
        select
            a._source as source,
            b._source as other_source,
            count(*) as keys,
            min(array[
                a.place::text,
                a.number::text
            ]) as example
        from held as a
        inner join held as b on b.place = a.place and b.number = a.number and b._source > a._source
        group by a._source, b._source, a._part
        union all
        select
            a._source as source,
            a._source as other_source,
            count(*) as keys,
            min(array[
                a.place::text,
                a.number::text
            ]) as example
        from held as a
        where a._records > 1
        group by a._source, a._part
    )
    select
        p.source,
        p.other_source,
        sum(p.keys)::bigint as keys,
        (array_agg(array_to_string(p.example, ', ') order by p.example))[:_p_sample] as sample
    from parts as p
    group by p.source, p.other_source;
$$;
comment on function plain_stage.overlaps_thing(integer) is
'Pairs of sources that share thing keys of the last `loader conflicts`.';
