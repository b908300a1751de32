create or replace function loader.feed_keys(p_load bigint, p_entity text)
returns table (first_key bigint, last_key bigint, late_source bigint)
language sql
stable
rows 10
set search_path = loader, pg_temp
as $$
    -- Ranges of generated keys that older editions of the files of a load may have and that are no longer in them: keys
    -- beyond the last record of a file; all of its keys, if some of its records are filtered or of another entity; and
    -- keys from before version 0009, when each edition had its own. None for a file that is damaged, or a replay.
    -- late_source: the file, if a newer edition of it was loaded before; then it only decides about what that one
    -- rejected.
    with whole as materialized (
        select s.source_id, s.dataset, s.series, s.records, coalesce(s.key_source, s.source_id) as key_source,
            cardinality(s.entities) > 1 or exists (
                select 1 from chunk as c where c.source_id = s.source_id and c.filtered > 0
            ) as has_gaps,
            n.source_id as late_source
        from source as s
        left join (select distinct m.source_id from newer_snapshots(p_load, p_entity) as m) as n using (source_id)
        where s.load_id = p_load and p_entity = any (s.entities) and s.state = 'planned' and not is_replay(s.name)
    ), issue as (
        select w.key_source, case when w.has_gaps then 0 else w.records + 1 end as first_record, w.late_source
        from whole as w
        union
        select coalesce(o.key_source, o.source_id), 0, w.late_source
        from whole as w
        join source as o on o.dataset = w.dataset and o.series = w.series and not is_replay(o.name)
        where coalesce(o.key_source, o.source_id) <> w.key_source
    )
    select record_id(i.key_source, i.first_record), record_id(i.key_source + 1, 0) - 1, i.late_source from issue as i
$$;
comment on function loader.feed_keys(bigint, text) is
'Ranges of generated keys of older editions that the files of a load replace.';
