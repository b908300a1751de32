create or replace function loader.loaded_mapping(p_dataset text)
returns table (entity text, digest text, mapping jsonb, is_filled boolean)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Under which mapping the rows of each entity of a dataset were made, and what identifies what it says of the
    -- entity; both null: only a replace can go on from them. No row for an entity that was never loaded. is_filled:
    -- whether any rows or versions are left. Reads loaded_entity, mapping_version, and whether the tables hold rows.
    select
        e.entity, v.digests ->> e.entity, v.mapping,
        is_filled(e.dataset, array[e.entity]) or has_versions(e.dataset, array[e.entity])
    from loaded_entity as e left join mapping_version as v on v.mapping_hash = e.mapping_hash
    where e.dataset = p_dataset
$$;
comment on function loader.loaded_mapping(text) is
'The mapping under which the rows of each entity of a dataset were made.';
