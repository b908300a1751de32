create or replace function loader.known_key_source(p_dataset text, p_series text)
returns bigint
language sql
stable
set search_path = loader, pg_temp
as $$
    -- The source whose number is in the generated keys of a feed, if editions of it were registered before: that of the
    -- newest edition that was loaded, so that record n keeps its key in the tables. Null if there is none, or if no
    -- entity of the dataset has generated keys. Replays do not count: before version 0009, they had keys of their own.
    select coalesce(s.key_source, s.source_id)
    from source as s
    join source_order as o on o.source_id = s.source_id
    join load as l on l.load_id = s.load_id
    where s.dataset = p_dataset and s.series = p_series and not is_replay(s.name)
        and s.entities && generated_entities(p_dataset)
    order by l.state = 'done' desc, o.rank desc, s.source_id desc
    limit 1
$$;
comment on function loader.known_key_source(text, text) is
'The source whose number is in the generated keys of a feed, if editions of it were registered before.';
