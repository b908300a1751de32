create or replace function loader.entity_digest(p_mapping_hash text, p_entity text)
returns text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Identifies what a mapping says of an entity; null if it does not have that entity, or was never registered.
    -- Reads mapping_version.
    select v.digests ->> p_entity from mapping_version as v where v.mapping_hash = p_mapping_hash
$$;
comment on function loader.entity_digest(text, text) is
'Identifies what a mapping says of an entity: if it is the same in two mappings, both give the same rows.';
