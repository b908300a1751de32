create or replace function loader.note_loaded(p_load bigint, p_back boolean default false)
returns void
language sql
set search_path = loader, pg_temp
as $$
    -- Records under which mapping the rows of the entities of a replace were made, when it is published. p_back: what
    -- was recorded before, when it is reverted. Writes loaded_entity.
    insert into loaded_entity (dataset, entity, mapping_hash, hashed_by_mapping)
    select n.*
    from load as l
    cross join load_roots(p_load) as e
    cross join lateral (
        select l.dataset, e.entity, l.mapping_hash, l.options ? 'hashed_by_mapping' where not p_back
        union all
        select b.* from jsonb_populate_recordset(null::loaded_entity, l.options -> 'loaded_before') as b
        where p_back and b.entity = e.entity
    ) as n
    where l.load_id = p_load
    on conflict (dataset, entity) do update set
        mapping_hash = excluded.mapping_hash, hashed_by_mapping = excluded.hashed_by_mapping
$$;
comment on function loader.note_loaded(bigint, boolean) is
'Records under which mapping the rows of the entities of a replace were made.';
