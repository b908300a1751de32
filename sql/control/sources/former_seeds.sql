create or replace function loader.former_seeds(p_dataset text, p_load bigint default null)
returns jsonb
language sql
stable
set search_path = loader, pg_temp
as $$
    -- {entity: [mapping hash, whether the mapping reads attributes of ancestors]} of the entities of a dataset whose
    -- rows have a _hash that depends on the whole mapping, as it did before version 0.2.0. A record has the same hash
    -- only if it is seeded alike. p_load: for that load; null: for the rows that there are. Reads loaded_entity,
    -- mapping_version, load.
    select coalesce(jsonb_object_agg(n.entity, jsonb_build_array(
        n.mapping_hash, jsonb_path_exists(v.mapping, '$.tables[*].*[*].path ? (@.absolute == true)')
    )), '{}')
    from (
        select e.entity, e.mapping_hash
        from loaded_entity as e
        where e.dataset = p_dataset and e.hashed_by_mapping
            and not exists (select 1 from load as l where l.load_id = p_load and l.mode = 'replace')
        union all
        select t.entity, l.mapping_hash
        from load as l join dataset_table as t on t.dataset = l.dataset and t.is_root
        where l.load_id = p_load and l.mode = 'replace' and l.options ? 'hashed_by_mapping'
    ) as n
    join mapping_version as v on v.mapping_hash = n.mapping_hash
$$;
comment on function loader.former_seeds(text, bigint) is
'How the hashes of entities are seeded whose rows are from before version 0.2.0.';
