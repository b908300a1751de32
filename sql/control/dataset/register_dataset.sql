create or replace function loader.register_dataset(
    p_dataset text,
    p_mapping jsonb,
    p_mapping_hash text,
    p_settings jsonb,
    p_tables jsonb,
    p_references jsonb,
    p_rendered_hash text,
    p_names jsonb default '{}',
    p_digests jsonb default '{}'
)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Registers a mapping, or its new version, at the end of the rendered script of a dataset. p_tables: [{"name",
-- "entity", "is_root", "key"}], parents first; p_references: [{"table", "columns", "references_table",
-- "references_columns"}]; p_digests: {entity: what identifies what the mapping says of it}; p_names: what the script
-- creates, by schema. Those of these objects that are in the schemas of staging and history are recorded as the
-- loader's, because the script began with loader.assert_room.
-- Writes dataset, mapping_version, dataset_table, dataset_reference, owned_object. Raises LD003 while a load of the
-- dataset is open under another mapping, or a merge under other procedures, because creating the staging tables again
-- would lose what the merge has recorded for its counts.
begin
    if exists (
        select 1 from load as l
        join dataset as d on d.dataset = l.dataset
        where l.dataset = p_dataset and l.state in ('open', 'built')
            and (l.mapping_hash <> p_mapping_hash or l.mode = 'merge' and d.rendered_hash <> p_rendered_hash)
    ) then
        raise exception 'dataset % has an open load that began with another mapping or program', p_dataset
            using errcode = 'LD003',
            hint = format('let it finish under that one, or cancel it: loader cancel %s', p_dataset);
    end if;
    insert into dataset as d (
        dataset, target_schema, stage_schema, build_schema, old_schema, mapping, mapping_hash, settings, rendered_hash,
        object_names
    )
    values (
        p_dataset, p_dataset, p_dataset || '_stage', p_dataset || '_build', p_dataset || '_old',
        p_mapping, p_mapping_hash, p_settings, p_rendered_hash, p_names
    )
    on conflict (dataset) do update set
        mapping = excluded.mapping, mapping_hash = excluded.mapping_hash,
        settings = case when has_open_load(p_dataset) then d.settings else excluded.settings end,
        rendered_hash = excluded.rendered_hash, updated_at = now(), object_names = excluded.object_names;
    insert into mapping_version (mapping_hash, dataset, mapping, digests)
    values (p_mapping_hash, p_dataset, p_mapping, p_digests)
    on conflict (mapping_hash) do nothing;
    delete from dataset_table as t where t.dataset = p_dataset;
    insert into dataset_table (dataset, table_name, entity, position, is_root, key_columns)
    select
        p_dataset, t.item ->> 'name', t.item ->> 'entity', t.place, (t.item ->> 'is_root')::boolean,
        array(select jsonb_array_elements_text(t.item -> 'key'))
    from jsonb_array_elements(p_tables) with ordinality as t (item, place);
    delete from dataset_reference as r where r.dataset = p_dataset;
    insert into dataset_reference (dataset, table_name, column_names, references_table, references_columns)
    select
        p_dataset, r.item ->> 'table', array(select jsonb_array_elements_text(r.item -> 'columns')),
        r.item ->> 'references_table', array(select jsonb_array_elements_text(r.item -> 'references_columns'))
    from jsonb_array_elements(p_references) as r (item);
    perform restore_grants(p_dataset);
    perform record_objects(p_dataset, s.schema_name, p_anew => false) from dataset_schemas(p_dataset) as s
    where s.place in ('stage', 'history');
    perform note_given(p_dataset, p_dataset || '_stage');
    update dataset as d set staging_digest = loader.staging_digest(p_dataset) where d.dataset = p_dataset;
    perform grant_access();
end
$$;
comment on function loader.register_dataset(text, jsonb, text, jsonb, jsonb, jsonb, text, jsonb, jsonb) is
'Registers a mapping with its tables and references.';
