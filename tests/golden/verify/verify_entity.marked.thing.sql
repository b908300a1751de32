-- sql/dataset/verify/verify_entity.sql, mapping 000000000000
create or replace function marked_stage.unkept_thing(_p_load bigint)
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
            from marked_stage.thing_decision as v
            where
                v._outcome in ('i', 'u')
                and not exists (
                    select 1 from marked.thing as t
                    where
                        t.number = v.number
                        and t._source = v._source
                        and t._hash = v._hash
                )
        )
        + (
            select count(*)
            from marked.thing as t
            where
                t._source in (
                    select s.source_id from loader.source as s
                    where s.load_id = _p_load
                )
                and not exists (
                    select 1 from marked_stage.thing_decision as v
                    where
                        v._outcome in ('i', 'u')
                        and v.number = t.number
                )
        );
    return query
    -- A row that is not as in the build, and that this transaction has not written, was skipped. Others keep the
    -- values that a trigger has given them.
    select
        'thing_part'::text,
        (
            select count(*)
            from marked_build.thing_part as b
            where
                b._rec in (
                    select v._rec from marked_stage.thing_decision as v
                    where v._outcome in ('i', 'u')
                )
                and not exists (
                    select 1 from marked.thing_part as t
                    where
                        t.thing_number = b.thing_number
                        and t.ordinal = b.ordinal
                        and (
                            age(t.xmin) <= age(pg_current_xact_id()::xid)
                            or (t.label)
                            is not distinct from
                            (b.label)
                        )
                )
        ) + (
            select count(*)
            from marked.thing_part as t
            inner join marked_stage.thing_decision as v
                on t.thing_number = v.number
            where
                v._outcome in ('i', 'u')
                and not exists (
                    select 1 from marked_build.thing_part as b
                    where
                        b._rec = v._rec
                        and b.thing_number = t.thing_number
                        and b.ordinal = t.ordinal
                )
                and not loader.is_referenced('marked.thing_part'::regclass, t.ctid)
        );
end
$$;
comment on function marked_stage.unkept_thing(bigint) is
'Rows of each table of thing that are not as they were written.';
create or replace function marked_stage.staying_thing()
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
    from marked.thing as t
    inner join marked_stage.thing_decision as v on t.number = v.number
    where
        v._outcome = 'x' or v._outcome = 'g' and t._gone_since is null;
    return query
    select
        'thing_part'::text,
        count(*)
    from marked.thing_part as t
    inner join marked_stage.thing_decision as v on t.thing_number = v.number
    where
        v._outcome = 'x';
end
$$;
comment on function marked_stage.staying_thing() is
'Rows of each table of thing that should have been deleted but were not.';
