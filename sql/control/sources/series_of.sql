create or replace function loader.series_of(p_dataset text, p_name text, p_snapshot date)
returns text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- The feed of a file whose records have generated keys: that under which its rows are in the tables, if a file of
    -- this name was loaded before, whether its date was known then or not; otherwise feed_of. So the same file has the
    -- same keys whatever the snapshot date is now. Looked up by the feeds that this name may have, one for each date in
    -- it. Reads source, load.
    select coalesce(
        (
            select s.series
            from feed_of(p_name, null) as f (name)
            cross join lateral (
                select f.name
                union
                select overlay(f.name placing '' from p.place for l.length)
                from generate_series(1, length(f.name)) as p (place) cross join unnest('{7,8,10}'::integer[]) as l (length)
                where substr(f.name, p.place, l.length) ~ '^([0-9]{4}-[0-9]{2}(-[0-9]{2})?|[0-9]{8})$'
            ) as c (feed)
            join source as s on s.dataset = p_dataset and s.series = c.feed
            join load as l on l.load_id = s.load_id and (l.state = 'done' or l.visibility = 'chunk')
            where cardinality(generated_entities(p_dataset)) > 0 and feed_of(s.name, null) = f.name
                and s.entities && generated_entities(p_dataset) and not is_replay(s.name) and not is_replaced(s.source_id)
            order by l.state = 'done' desc, s.source_id desc
            limit 1
        ),
        feed_of(p_name, p_snapshot)
    )
$$;
comment on function loader.series_of(text, text, date) is
'The feed of a file: that under which it was loaded before, or its name without date and compression.';
