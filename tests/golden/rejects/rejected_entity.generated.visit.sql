-- sql/dataset/rejects/rejected_entity.sql, mapping 000000000000
create or replace function generated_stage.rejected_visit(_p_loads bigint[])
returns table (load_id bigint, source_id bigint, record_id bigint)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- Keys of the visit records that these loads could not load, if the keys could be read.

    -- A record without a key of its own is identified by its number, whatever is wrong with it.
    select distinct
        r.load_id,
        r.source_id,
        loader.record_id(coalesce(s.key_source, s.source_id), coalesce(s.record_numbers[r.record], r.record))
    from loader.reject as r
    inner join loader.source as s on s.source_id = r.source_id
    where r.load_id = any(_p_loads) and r.entity = 'visit' and r.reason <> 'conflict';
$$;
comment on function generated_stage.rejected_visit(bigint[]) is
'Keys of the visit records that these loads could not load.';
create or replace function generated_stage.undecided_visit(
    _p_load bigint, _p_complete boolean default false
)
returns table (source_id bigint, record_id bigint)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- For each out-of-order source of a load, keys about which no newer full snapshot has decided, because each of
    -- these snapshots rejected the record. _p_complete: newer editions of single feeds do not count.
    with newer as materialized (
        select
            n.source_id,
            n.load_id
        from loader.newer_snapshots(_p_load, 'visit') as n
        where n.is_complete or not _p_complete
    ), rejected as materialized (
        select distinct
            r.load_id,
            r.record_id
        from generated_stage.rejected_visit(array(select n.load_id from newer as n)) as r
    )
    select
        n.source_id,
        r.record_id
    from newer as n
    inner join rejected as r on r.load_id = n.load_id
    group by n.source_id, r.record_id
    having count(*) = (
        select count(*) from newer as m
        where m.source_id = n.source_id
    );
$$;
comment on function generated_stage.undecided_visit(bigint, boolean) is
'Keys of visit records about which no newer full snapshot has decided, because it rejected them.';
create or replace function generated_stage.kept_visit(_p_load bigint)
returns bigint
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- How many rows from before a merge stay because their record was rejected. Called by loader.count_kept, when deletions
-- are decided and nothing is written yet.
#variable_conflict use_column
declare
    _v_kept bigint;
begin
    select count(*)
    into _v_kept
    from generated.visit as t
    where
        (t.record_id) in (
            select r.record_id
            from generated_stage.rejected_visit(array[_p_load]) as r
        )
        and t._source not in (
            select s.source_id from loader.source as s
            where s.load_id = _p_load
        )
        and not exists (
            select 1 from generated_stage.visit_decision as v
            where
                (v._chunk is not null or v._outcome in ('g', 'x'))
                and v.record_id = t.record_id
        )
        and not exists (
            select 1
            from loader.chunk as c
            inner join generated_stage.visit_key_log as s on s.chunk_id = c.chunk_id
            cross join lateral unnest(s.record_id) as u (record_id)
            where c.load_id = _p_load and u.record_id = t.record_id
        );
    return _v_kept;
end
$$;
comment on function generated_stage.kept_visit(bigint) is
'How many visit rows from before a merge stay because their record was rejected.';
create or replace procedure generated_stage.carry_visit(_p_load bigint, inout _p_held jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Copies rows of generated into the build of a replace that has rejected their record, with their children and
-- source, or the newest source that has found them unchanged. _p_held: numbers of rows of each table, which increase.
-- Called by loader.carry_rejected.
#variable_conflict use_column
declare
    _v_rows bigint;
    _v_own bigint[] := array(select s.source_id from loader.source as s where s.load_id = _p_load);
begin
    insert into generated_build.visit (
        record_id, who, _source, _record, _hash
    )
    select
        t.record_id, t.who, t._source, t._record, t._hash
    from generated.visit as t
    where
        (t.record_id) in (
            select r.record_id
            from generated_stage.rejected_visit(array[_p_load]) as r
        )
        and not exists (
            select 1 from generated_build.visit as b
            where b.record_id = t.record_id
        );
    get diagnostics _v_rows = row_count;
    if _v_rows = 0 then
        return;
    end if;
    _p_held := loader.add_counts(_p_held, jsonb_build_object('visit', _v_rows));
    -- What a newer source has found unchanged is also the version of this source: an older one that is
    -- loaded later must not change it, and the key log of the sources before a replace is forgotten.
    update generated_build.visit as b
    set _source = r.source_id, _record = r.record
    from (
        select distinct on (u.record_id)
            u.record_id,
            c.source_id,
            u.record
        from generated_stage.visit_key_log as s
        inner join loader.chunk as c on c.chunk_id = s.chunk_id
        inner join loader.load as l on l.load_id = c.load_id and l.state = 'done'
        inner join loader.source_ranks('generated', 'newest') as p
            on p.source_id = c.source_id
        cross join lateral unnest(s.record_id, s.record, string_to_array(s.outcome, null))
            as u (record_id, record, outcome)
        inner join generated_build.visit as k on k.record_id = u.record_id
        inner join loader.source as o on o.source_id = k._source
        inner join loader.source_ranks('generated', 'newest') as w
            on w.source_id = k._source
        where
            position('n' in s.outcome) > 0
            and u.outcome = 'n'
            and k._source <> all(_v_own)
            and c.load_id > o.load_id
            and p.place > w.place
            and not loader.is_replaced(c.source_id)
        order by u.record_id, p.place desc, c.source_id desc, u.record desc
    ) as r
    where r.record_id = b.record_id;
end
$$;
comment on procedure generated_stage.carry_visit(bigint, jsonb) is
'Copies the visit rows whose record a replace has rejected into its build.';
