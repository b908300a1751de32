create or replace function loader.replayed_source(p_source bigint)
returns table (name text, snapshot date, priority integer, entities text[], mapping jsonb)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- What a replay of records has in common with the source that they are from, and the mapping under which that was
    -- read. Reads source, load, mapping_version.
    select s.name, s.snapshot, s.priority, s.entities, v.mapping
    from source as s
    join load as l on l.load_id = s.load_id
    left join mapping_version as v on v.mapping_hash = l.mapping_hash
    where s.source_id = p_source
$$;
comment on function loader.replayed_source(bigint) is
'What a replay of records has in common with the source that they are from: name, date, priority, entities.';
