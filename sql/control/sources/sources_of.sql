create or replace function loader.sources_of(p_loads bigint[])
returns table (load_id bigint, name text, snapshot date, priority integer, entities text[], sha256 text)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- The sources of some loads, in the order in which they were registered. Reads source.
    select s.load_id, s.name, s.snapshot, s.priority, s.entities, s.sha256
    from source as s
    where s.load_id = any (p_loads)
    order by s.load_id, s.source_id
$$;
comment on function loader.sources_of(bigint[]) is 'What some loads were made of: names, dates, entities, digests.';
