create or replace function loader.withdrawn_sources(p_load bigint, p_entity text)
returns bigint[]
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Sources whose versions of an entity counted before a load and no longer count, because the load is a newer full
    -- snapshot.
    select coalesce(array_agg(b.source_id), '{}')
    from contributing_sources(p_load, p_entity, false) as b
    where not exists (select 1 from contributing_sources(p_load, p_entity) as a where a.source_id = b.source_id)
$$;
comment on function loader.withdrawn_sources(bigint, text) is
'Sources whose versions of an entity counted before a load, but no longer count.';
