create or replace function loader.superseded_sources(p_load bigint, p_entity text)
returns bigint[]
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Sources of a load of which a newer issue was loaded before.
    select coalesce(array_agg(s.source_id), '{}')
    from source as s
    where s.load_id = p_load and p_entity = any (s.entities) and is_superseded(s.source_id, p_entity)
$$;
comment on function loader.superseded_sources(bigint, text) is
'Sources of a load of which a newer issue was loaded before.';
