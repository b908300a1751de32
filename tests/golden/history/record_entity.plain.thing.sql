-- sql/dataset/history/record_entity.sql, mapping 000000000000
create or replace procedure plain_stage.record_thing(
    _p_load bigint,
    _p_history boolean,
    inout _p_deleted bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Records what a publication is about to change in thing and its children: plain against plain_build.
-- _p_history: whether the previous versions are kept, and records recorded that only get another source. Called by
-- loader.record_replacement.
#variable_conflict use_column
begin
    _p_deleted := 0;
    if to_regclass('plain.thing') is null then
        -- Other entities have rows, so this load is not the first one; all of its records are new.
        insert into plain_history.thing_change (
            load_id, place, number, op, source_after, record_after, hash_after
        )
        select
            _p_load,
            b.place, b.number,
            'insert',
            b._source,
            b._record,
            b._hash
        from plain_build.thing as b;
        return;
    end if;
    truncate plain_stage.thing_touched;
    -- The rows in use against those that replace them, by key and hash.
    insert into plain_history.thing_change (
        load_id, place, number, op, columns,
        source_before, record_before, hash_before, source_after, record_after, hash_after, before
    )
    select
        _p_load,
        coalesce(b.place, t.place),
        coalesce(b.number, t.number),
        o.op,
        case
            when o.op = 'update' then array_remove(array[
                case
                    when t.name
                        is distinct from b.name
                    then 'name'
                end,
                case
                    when t.made
                        is distinct from b.made
                    then 'made'
                end
            ]::text[], null)
        end,
        t._source as source_before,
        t._record as record_before,
        t._hash as hash_before,
        b._source as source_after,
        b._record as record_after,
        b._hash as hash_after,
        case
            when _p_history and o.op in ('update', 'delete')
                then plain_stage.version_of_thing(t.place, t.number)
        end
    from plain.thing as t
    full join plain_build.thing as b on b.place = t.place and b.number = t.number
    cross join lateral unnest(array[
        case
            when t._hash is null then 'insert'
            when b._hash is null then 'delete'
            when t._hash <> b._hash then 'update'
            else 'same'
        end
    ]) as o (op)
    where o.op <> 'same' or _p_history and (t._source, t._record) <> (b._source, b._record);
    if _p_history then
        perform loader.keep_users_columns(_p_load, 'thing');
    end if;
    if exists (
        select 1 from plain_history.thing_change as c
        where c.load_id = _p_load and c.op = 'update'
    ) then
        insert into plain_stage.thing_touched (place, number, _table)
        select distinct
            d.thing_place, d.thing_number,
            1
        from (
            (
                select t.thing_place, t.thing_number, t.ordinal, t.label, t.weight::text
                from plain.thing_part as t
                inner join plain_history.thing_change as c
                    on c.load_id = _p_load and c.op = 'update'
                    and t.thing_place = c.place and t.thing_number = c.number
                except
                select o.thing_place, o.thing_number, o.ordinal, o.label, o.weight::text
                from plain_build.thing_part as o
            )
            union all
            (
                select t.thing_place, t.thing_number, t.ordinal, t.label, t.weight::text
                from plain_build.thing_part as t
                inner join plain_history.thing_change as c
                    on c.load_id = _p_load and c.op = 'update'
                    and t.thing_place = c.place and t.thing_number = c.number
                except
                select o.thing_place, o.thing_number, o.ordinal, o.label, o.weight::text
                from plain.thing_part as o
            )
        ) as d;
        insert into plain_stage.thing_touched (place, number, _table)
        select distinct
            d.thing_place, d.thing_number,
            2
        from (
            (
                select t.thing_place, t.thing_number, t.part_ordinal, t.ordinal
                from plain.thing_part_mark as t
                inner join plain_history.thing_change as c
                    on c.load_id = _p_load and c.op = 'update'
                    and t.thing_place = c.place and t.thing_number = c.number
                except
                select o.thing_place, o.thing_number, o.part_ordinal, o.ordinal
                from plain_build.thing_part_mark as o
            )
            union all
            (
                select t.thing_place, t.thing_number, t.part_ordinal, t.ordinal
                from plain_build.thing_part_mark as t
                inner join plain_history.thing_change as c
                    on c.load_id = _p_load and c.op = 'update'
                    and t.thing_place = c.place and t.thing_number = c.number
                except
                select o.thing_place, o.thing_number, o.part_ordinal, o.ordinal
                from plain.thing_part_mark as o
            )
        ) as d;
        -- Child tables follow the root's columns in the list of changes.
        update plain_history.thing_change as h
        set columns = h.columns || r._names
        from (
            select
                u.place, u.number,
                array_agg(u._name order by u._place) as _names
            from (
                select distinct
                    o.place, o.number,
                    n._name,
                    n._place
                from plain_stage.thing_touched as o
                inner join unnest(array[
                    'thing_part',
                    'thing_part_mark'
                ]::text[]) with ordinality as n (_name, _place) on n._place = o._table
            ) as u
            group by u.place, u.number
        ) as r
        where h.load_id = _p_load and h.op = 'update' and h.place = r.place and h.number = r.number;
    end if;
    select count(*) into _p_deleted
    from plain_history.thing_change as c
    where c.load_id = _p_load and c.op = 'delete';
end
$$;
comment on procedure plain_stage.record_thing(bigint, boolean, bigint) is
'Records what a publication is about to change in thing and its children.';
