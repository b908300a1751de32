create or replace function loader.replayed_source(p_source bigint)
returns table (name text, snapshot date, priority integer, entities text[])
language sql
stable
set search_path = loader, pg_temp
as $$
    -- What a replay of records has in common with the source that they are from. Reads source.
    select s.name, s.snapshot, s.priority, s.entities from source as s where s.source_id = p_source
$$;
comment on function loader.replayed_source(bigint) is
'What a replay of records has in common with the source that they are from: name, date, priority, entities.';
