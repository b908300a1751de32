create or replace function loader.keeps_versions(p_dataset text, p_entity text)
returns boolean
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Whether an entity is composed of the versions of all its sources: policies error, fill, keep_all and merge.
    select exists (
        select 1
        from dataset as d
        cross join jsonb_array_elements(d.mapping -> 'entities') as e (entity)
        where d.dataset = p_dataset and e.entity ->> 'name' = p_entity
            and e.entity ->> 'policy' in ('error', 'fill', 'keep_all', 'merge')
    )
$$;
comment on function loader.keeps_versions(text, text) is
'Whether an entity is composed of the versions of all its sources.';
