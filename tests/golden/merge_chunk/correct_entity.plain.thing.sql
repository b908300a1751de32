-- sql/dataset/merge_chunk/correct_entity.sql, mapping 000000000000
create or replace procedure plain_stage.correct_thing(_p_load bigint, _p_first bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Corrects the counts of thing keys that occurred more than once in a load, then deletes what was recorded
-- for that, except the keys that were found unchanged, which no older source may change later. Called by
-- loader.correct_merge when every chunk is done.
#variable_conflict use_column
begin
    -- Keys that occurred more than once in the load: the winner in conflict order keeps its outcome against
    -- the state before the load, all others are duplicates, whatever the order in which the chunks were
    -- committed.
    with settled as (
        select
            r.chunk_id,
            r.outcome as before,
            case
                when r.rank_of_version > 1 then 'd'
                when r.was_absent then 'i'
                when t._hash is null then r.outcome
                when t._source < _p_first then r.outcome
                when t._hash = b.hash then 'n'
                else 'u'
            end as after
        from plain_stage.ranked_thing(_p_load) as r
        left join plain.thing as t on t.place = r.place and t.number = r.number
        left join plain_stage.thing_before as b
            on b.load_id = _p_load and b.place = r.place and b.number = r.number
    ), change as (
        select
            d.chunk_id,
            count(*) filter (where d.after = 'i') - count(*) filter (where d.before = 'i') as inserted,
            count(*) filter (where d.after = 'u') - count(*) filter (where d.before = 'u') as updated,
            count(*) filter (where d.after = 'n') - count(*) filter (where d.before = 'n') as unchanged,
            count(*) filter (where d.after = 'd') - count(*) filter (where d.before = 'd') as duplicate
        from settled as d
        group by d.chunk_id
    )
    update loader.chunk as c set
        inserted = c.inserted + d.inserted,
        updated = c.updated + d.updated,
        unchanged = c.unchanged + d.unchanged,
        duplicate = c.duplicate + d.duplicate
    from change as d
    where d.chunk_id = c.chunk_id;
    delete from plain_stage.thing_key_log as s
    where
        s.chunk_id in (select c.chunk_id from loader.chunk as c where c.load_id = _p_load)
        and position('n' in s.outcome) = 0;
    delete from plain_stage.thing_before as b where b.load_id = _p_load;
end
$$;
comment on procedure plain_stage.correct_thing(bigint, bigint) is
'Corrects the counts of thing keys that occurred more than once in a load.';
