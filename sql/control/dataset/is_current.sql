create or replace function loader.is_current(p_dataset text, p_entity text)
returns boolean
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Whether the tables and rows of an entity were made under a mapping that says of it what the registered one says;
    -- false if it was never loaded. Reads dataset, loaded_entity, mapping_version.
    select coalesce((
        select entity_digest(e.mapping_hash, e.entity) = entity_digest(d.mapping_hash, e.entity)
        from loaded_entity as e join dataset as d on d.dataset = e.dataset
        where e.dataset = p_dataset and e.entity = p_entity
    ), false)
$$;
comment on function loader.is_current(text, text) is
'Whether the rows of an entity were made under what the registered mapping says of it.';
