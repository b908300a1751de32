create or replace function loader.loaded_mapping(p_dataset text)
returns table (mapping_hash text, mapping jsonb, is_filled boolean)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- The mapping that the tables of a dataset were loaded with; no row if nothing was loaded. is_filled: whether any
    -- rows or versions from it are left. Reads dataset, mapping_version, and whether the tables hold rows.
    select d.loaded_hash, v.mapping, is_filled(d.dataset, null) or has_versions(d.dataset, null)
    from dataset as d left join mapping_version as v on v.mapping_hash = d.loaded_hash
    where d.dataset = p_dataset and d.loaded_hash is not null
$$;
comment on function loader.loaded_mapping(text) is 'The mapping that the tables of a dataset were loaded with.';
