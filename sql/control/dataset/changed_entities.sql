create or replace function loader.changed_entities(p_dataset text, p_entities text[] default null)
returns text[]
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Those of some entities (null: of all) whose rows were made under another mapping, as far as the entity is
    -- concerned, or of whose stored versions some are lost: they cannot be merged into. Reads dataset, loaded_entity,
    -- mapping_version, and whether root tables hold rows.
    select coalesce(array_agg(t.entity order by t.position), '{}')
    from dataset_table as t
    where t.dataset = p_dataset and t.is_root and (p_entities is null or t.entity = any (p_entities))
        and not is_current(t.dataset, t.entity) and (
            exists (select 1 from loaded_entity as e where e.dataset = t.dataset and e.entity = t.entity)
            or is_filled(t.dataset, array[t.entity])
        )
$$;
comment on function loader.changed_entities(text, text[]) is
'Those of some entities whose rows were made under another mapping, so that nothing can be merged into them.';
