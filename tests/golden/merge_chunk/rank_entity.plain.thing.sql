-- sql/dataset/merge_chunk/rank_entity.sql, mapping 000000000000
create or replace function plain_stage.ranked_thing(_p_load bigint)
returns table (
    chunk_id bigint,
    source_id bigint,
    place text,
    number integer,
    record bigint,
    outcome text,
    rank_of_version bigint,
    was_absent boolean
)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- The versions of keys that occurred more than once in a load, ranked in conflict order: rank 1 wins.
    -- Most loads have none: then one pass over the keys is all.
    with twice as materialized (
        select u.place, u.number
        from loader.chunk as c
        inner join plain_stage.thing_key_log as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.place, s.number) as u (place, number)
        where c.load_id = _p_load
        group by u.place, u.number
        having count(*) > 1
    ), places as materialized (
        select
            p.source_id,
            p.place
        from loader.source_ranks('plain', 'newest') as p
    ), ranked as (
        select
            c.chunk_id,
            c.source_id,
            u.*,
            row_number() over (
                partition by u.place, u.number
                order by o.place desc, u.record desc
            ) as rank_of_version,
            bool_or(u.outcome = 'i') over (partition by u.place, u.number) as was_absent
        from loader.chunk as c
        inner join places as o on o.source_id = c.source_id
        inner join plain_stage.thing_key_log as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.place, s.number, s.record, string_to_array(s.outcome, null))
            as u (place, number, record, outcome)
        inner join twice as w on w.place = u.place and w.number = u.number
        where c.load_id = _p_load
    )
    select
        r.chunk_id,
        r.source_id,
        r.place, r.number,
        r.record,
        r.outcome,
        r.rank_of_version,
        r.was_absent
    from ranked as r;
$$;
comment on function plain_stage.ranked_thing(bigint) is
'Versions of thing keys that occurred more than once in a load, ranked in conflict order.';
create or replace function plain_stage.stale_thing(_p_load bigint, _p_first bigint)
returns bigint []
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    _v_chunks bigint [];
begin
    -- Chunks that read the winner of a key and found it unchanged, and so did not write it, before or while
    -- an older version of the same load was written over the row that the winner equals.
    select coalesce(array_agg(distinct r.chunk_id), '{}')
    into _v_chunks
    from plain_stage.ranked_thing(_p_load) as r
    inner join plain.thing as t on t.place = r.place and t.number = r.number
    where
        r.rank_of_version = 1
        and t._source >= _p_first
        and (t._source, t._record) <> (r.source_id, r.record);
    return _v_chunks;
end
$$;
comment on function plain_stage.stale_thing(bigint, bigint) is
'Chunks to be merged again, because an older version replaced the thing row that their winner equals.';
create or replace function plain_stage.missing_thing(_p_load bigint)
returns bigint []
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    _v_chunks bigint [];
begin
    -- Chunks that found a record unchanged whose row somebody has deleted since.
    select coalesce(array_agg(distinct s.chunk_id), '{}')
    into _v_chunks
    from loader.chunk as c
    inner join plain_stage.thing_key_log as s on s.chunk_id = c.chunk_id
    cross join lateral unnest(s.place, s.number) as u (place, number)
    where
        c.load_id = _p_load
        and not exists (
            select 1 from plain.thing as t
            where t.place = u.place and t.number = u.number
        );
    return _v_chunks;
end
$$;
comment on function plain_stage.missing_thing(bigint) is
'Chunks to be loaded again, because somebody has deleted rows that their thing records equal.';
create or replace function plain_stage.strangers_thing(_p_load bigint)
returns bigint
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    _v_rows bigint;
begin
    -- Rows of keys that the load has read and not written, although these rows carry numbers of its sources: no
    -- chunk has written them.
    with refused as materialized (
        select distinct u.place, u.number
        from loader.chunk as c
        inner join plain_stage.thing_key_log as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.place, s.number, string_to_array(s.outcome, null))
            as u (place, number, outcome)
        where c.load_id = _p_load and position('d' in s.outcome) > 0 and u.outcome = 'd'
    ), claimed as materialized (
        select
            t.place, t.number,
            t._source,
            t._record
        from refused as r
        inner join plain.thing as t on t.place = r.place and t.number = r.number
        where
            t._source in (
                select s.source_id from loader.source as s
                where s.load_id = _p_load
            )
    ), written as (
        select
            c.source_id,
            u.*
        from loader.chunk as c
        inner join plain_stage.thing_key_log as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.place, s.number, s.record, string_to_array(s.outcome, null))
            as u (place, number, record, outcome)
        where c.load_id = _p_load and u.outcome in ('i', 'u')
    )
    select count(*)
    into _v_rows
    from claimed as k
    left join written as w
        on w.source_id = k._source and w.record = k._record and w.place = k.place and w.number = k.number
    where w.record is null;
    return _v_rows;
end
$$;
comment on function plain_stage.strangers_thing(bigint) is
'The number of thing rows that carry numbers of sources of a load which has not written them.';
