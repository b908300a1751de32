create or replace function loader.has_versions(p_dataset text, p_entities text[] default null)
returns boolean
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Whether a load of these entities (null: of all) has to be merged into stored versions, even if their tables are
    -- empty: all rows may have been deleted because the sources contradict each other.
    select exists (
        select 1
        from load as l
        join source as s on s.load_id = l.load_id
        cross join unnest(s.entities) as e (entity)
        where l.dataset = p_dataset and l.state = 'done' and (p_entities is null or e.entity = any (p_entities))
            and keeps_versions(p_dataset, e.entity) and is_current(p_dataset, e.entity)
    )
$$;
comment on function loader.has_versions(text, text[]) is
'Whether versions of these entities are stored, so that a load has to be merged.';
