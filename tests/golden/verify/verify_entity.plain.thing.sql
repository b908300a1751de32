-- sql/dataset/verify/verify_entity.sql, mapping 000000000000
create or replace function plain_stage.unkept_thing(_p_load bigint)
returns table (table_name text, found bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Rows of each table of thing that are not as apply_thing has written them: missing, with another
-- key, surplus, or not updated. Called by loader.assert_applied if users have triggers or rules.
#variable_conflict use_column
begin
    return query
    select
        'thing'::text,
        (
            select count(*)
            from plain_stage.thing_decision as v
            where
                v._outcome in ('i', 'u')
                and not exists (
                    select 1 from plain.thing as t
                    where
                        t.place = v.place and t.number = v.number
                        and t._source = v._source
                        and t._hash = v._hash
                )
        )
        + (
            select count(*)
            from plain.thing as t
            where
                t._source in (
                    select s.source_id from loader.source as s
                    where s.load_id = _p_load
                )
                and not exists (
                    select 1 from plain_stage.thing_decision as v
                    where
                        v._outcome in ('i', 'u')
                        and v.place = t.place and v.number = t.number
                )
        );
    return query
    -- A row that is not as in the build, and that this transaction has not written, was skipped. Others keep the
    -- values that a trigger has given them.
    select
        'thing_part'::text,
        (
            select count(*)
            from plain_build.thing_part as b
            where
                b._rec in (
                    select v._rec from plain_stage.thing_decision as v
                    where v._outcome in ('i', 'u')
                )
                and not exists (
                    select 1 from plain.thing_part as t
                    where
                        t.thing_place = b.thing_place
                        and t.thing_number = b.thing_number
                        and t.ordinal = b.ordinal
                        and (
                            age(t.xmin) <= age(pg_current_xact_id()::xid)
                            or (t.label, t.weight::text)
                            is not distinct from
                            (b.label, b.weight::text)
                        )
                )
        ) + (
            select count(*)
            from plain.thing_part as t
            inner join plain_stage.thing_decision as v
                on t.thing_place = v.place and t.thing_number = v.number
            where
                v._outcome in ('i', 'u')
                and not exists (
                    select 1 from plain_build.thing_part as b
                    where
                        b._rec = v._rec
                        and b.thing_place = t.thing_place
                        and b.thing_number = t.thing_number
                        and b.ordinal = t.ordinal
                )
                and not loader.is_referenced('plain.thing_part'::regclass, t.ctid)
        );
    return query
    -- A row that is not as in the build, and that this transaction has not written, was skipped. Others keep the
    -- values that a trigger has given them.
    select
        'thing_part_mark'::text,
        (
            select count(*)
            from plain_build.thing_part_mark as b
            where
                b._rec in (
                    select v._rec from plain_stage.thing_decision as v
                    where v._outcome in ('i', 'u')
                )
                and not exists (
                    select 1 from plain.thing_part_mark as t
                    where
                        t.thing_place = b.thing_place
                        and t.thing_number = b.thing_number
                        and t.part_ordinal = b.part_ordinal
                        and t.ordinal = b.ordinal
                )
        ) + (
            select count(*)
            from plain.thing_part_mark as t
            inner join plain_stage.thing_decision as v
                on t.thing_place = v.place and t.thing_number = v.number
            where
                v._outcome in ('i', 'u')
                and not exists (
                    select 1 from plain_build.thing_part_mark as b
                    where
                        b._rec = v._rec
                        and b.thing_place = t.thing_place
                        and b.thing_number = t.thing_number
                        and b.part_ordinal = t.part_ordinal
                        and b.ordinal = t.ordinal
                )
                and not loader.is_referenced('plain.thing_part_mark'::regclass, t.ctid)
        );
end
$$;
comment on function plain_stage.unkept_thing(bigint) is
'Rows of each table of thing that are not as they were written.';
create or replace function plain_stage.staying_thing()
returns table (table_name text, found bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Rows of each table of thing that thing_decision deletes, but that still exist. Called by
-- loader.assert_applied if users have triggers or rules.
#variable_conflict use_column
begin
    return query
    select
        'thing'::text,
        count(*)
    from plain.thing as t
    inner join plain_stage.thing_decision as v on t.place = v.place and t.number = v.number
    where
        v._outcome in ('g', 'x');
    return query
    select
        'thing_part'::text,
        count(*)
    from plain.thing_part as t
    inner join plain_stage.thing_decision as v on t.thing_place = v.place and t.thing_number = v.number
    where
        v._outcome in ('g', 'x');
    return query
    select
        'thing_part_mark'::text,
        count(*)
    from plain.thing_part_mark as t
    inner join plain_stage.thing_decision as v on t.thing_place = v.place and t.thing_number = v.number
    where
        v._outcome in ('g', 'x');
end
$$;
comment on function plain_stage.staying_thing() is
'Rows of each table of thing that should have been deleted but were not.';
