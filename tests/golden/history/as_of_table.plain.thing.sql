-- sql/dataset/history/as_of_table.sql, mapping 000000000000
create or replace function plain_history.thing_as_of(p_load bigint)
returns table (
    place text,
    number integer,
    name text,
    made date,
    _source integer,
    _record bigint,
    _hash uuid
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- thing as it was after a load (0: before the first):
-- the current rows; for records that later loads changed, the version kept by the first of these.
-- Raises LD013, LD019.
#variable_conflict use_column
declare
    _v_later bigint[];
    _v_was_empty boolean;
begin
    select l.loads, l.was_empty into _v_later, _v_was_empty
    from loader.later_loads('plain', 'thing', p_load) as l;
    perform loader.assert_kept(f.load_id, p_load)
    from (
        select distinct on (c.place, c.number)
            c.place, c.number,
            c.load_id,
            c.op,
            c.before
        from plain_history.thing_change as c
        where c.load_id = any(_v_later) and c.op <> 'same'
        order by c.place, c.number, c.load_id

    ) as f
    where f.op <> 'insert' and f.before is null
    limit 1;
    return query
    with changed as materialized (
        select distinct on (c.place, c.number)
            c.place, c.number,
            c.load_id,
            c.op,
            c.before
        from plain_history.thing_change as c
        where c.load_id = any(_v_later) and c.op <> 'same'
        order by c.place, c.number, c.load_id

    ), moved as (
        -- A replace gives records another source, even if nothing else in them changes.
        select distinct on (c.place, c.number)
            c.place, c.number,
            c.source_before,
            c.record_before
        from plain_history.thing_change as c
        where c.load_id = any(_v_later)
        order by c.place, c.number, c.load_id
    ), found as (
        select
            t.place, t.number, t.name, t.made, t._source, t._record, t._hash
        from plain.thing as t
        where
            not _v_was_empty
            and not exists (
                select 1 from changed as c
                where c.place = t.place and c.number = t.number
            )
        union all
        select
            r.place, r.number, r.name, r.made, r._source, r._record, r._hash
        from changed as c
        cross join lateral jsonb_to_record(c.before -> 'row') as r (
            place text,
            number integer,
            name text,
            made date,
            _source integer,
            _record bigint,
            _hash uuid
        )
        where c.op <> 'insert'
    )
    select
        f.place, f.number, f.name, f.made,
        coalesce(m.source_before::integer, f._source),
        coalesce(m.record_before, f._record),
        f._hash
    from found as f
    left join moved as m on m.place = f.place and m.number = f.number;
end
$$;
comment on function plain_history.thing_as_of(bigint) is
'thing as it was after a load.';
create or replace function plain_history.thing_as_of(p_at timestamptz)
returns table (
    place text,
    number integer,
    name text,
    made date,
    _source integer,
    _record bigint,
    _hash uuid
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
-- thing as it was at a time: after the last load that had ended by then.
-- Raises LD013, LD019.
#variable_conflict use_column
begin
    return query
    select
        h.place, h.number, h.name, h.made, h._source, h._record, h._hash
    from plain_history.thing_as_of(loader.load_at('plain', p_at)) as h;
end
$$;
comment on function plain_history.thing_as_of(timestamptz) is
'thing as it was at a time.';
