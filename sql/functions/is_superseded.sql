create or replace function loader.is_superseded(p_source bigint, p_entity text)
returns boolean
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Whether a newer issue of a file was loaded before, so that of its records with generated keys that issue has
    -- decided all: which there are, and what they say.
    select exists (
        select 1
        from source as s
        join source as o on o.dataset = s.dataset and o.series = s.series and o.load_id <> s.load_id
        join load as l on l.load_id = o.load_id
        where s.source_id = p_source and l.state = 'done' and p_entity = any (o.entities) and not is_replay(o.name)
            and is_newer(o.source_id, 0, p_source, 0) and not is_replaced(o.source_id)
    )
$$;
comment on function loader.is_superseded(bigint, text) is 'Whether a newer issue of a file was loaded before.';
