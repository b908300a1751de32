-- sql/dataset/history/as_of_table.sql, mapping 000000000000
create or replace function plain_history.thing_part_as_of(p_load bigint)
returns table (
    thing_place text,
    thing_number integer,
    ordinal integer,
    label text,
    weight numeric
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- thing_part as it was after a load (0: before the first):
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

    )
    select
        t.thing_place, t.thing_number, t.ordinal, t.label, t.weight
    from plain.thing_part as t
    where
        not _v_was_empty
        and not exists (
            select 1 from changed as c
            where t.thing_place = c.place and t.thing_number = c.number
        )
    union all
    select
        r.thing_place, r.thing_number, r.ordinal, r.label, r.weight
    from changed as c
    cross join lateral jsonb_to_recordset(c.before -> 'children' -> 'thing_part') as r (
        thing_place text,
        thing_number integer,
        ordinal integer,
        label text,
        weight numeric
    )
    where c.op <> 'insert';
end
$$;
comment on function plain_history.thing_part_as_of(bigint) is
'thing_part as it was after a load.';
create or replace function plain_history.thing_part_as_of(p_at timestamptz)
returns table (
    thing_place text,
    thing_number integer,
    ordinal integer,
    label text,
    weight numeric
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
-- thing_part as it was at a time: after the last load that had ended by then.
-- Raises LD013, LD019.
#variable_conflict use_column
begin
    return query
    select
        h.thing_place, h.thing_number, h.ordinal, h.label, h.weight
    from plain_history.thing_part_as_of(loader.load_at('plain', p_at)) as h;
end
$$;
comment on function plain_history.thing_part_as_of(timestamptz) is
'thing_part as it was at a time.';
