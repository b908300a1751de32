create or replace function loader.start_load(
    p_dataset text,
    p_mode text default null,
    p_entities text[] default null,
    p_sources text[] default null,
    p_options jsonb default '{}',
    p_settings jsonb default null
)
returns bigint
language plpgsql
set search_path = loader, pg_temp
set plan_cache_mode = force_generic_plan
as $$
-- Starts a load, or joins the open one if it has the same sources (each as name:size). p_mode: merge, replace, or null
-- (load_mode). p_options: settings for this load alone, and other options to store with it. p_sources null: a load
-- without the loader's command; callers that give sources register them and then call begin_merge. p_settings: the
-- settings of the dataset, if they differ from the registered ones. The settings in force are stored with the load.
-- loader.load.changes becomes first if the tables are empty; a merge that becomes visible at its end records its
-- changes, and so does a replace before its publication (record_replacement). Returns load_id.
-- Raises LD013 (no such dataset), LD003 (another load is open), LD004 (the mapping has changed since the tables were
-- loaded, or versions are missing, and the mode is merge), LD020 (other users' objects are in the way), LD023, LD029
-- (rules), LD030 (row level security hides rows), LD034 (other tables inherit from the dataset's, or rows are from
-- elsewhere), LD036 (foreign keys in tables that cannot be read), LD037 (publications), 22023 (visibility chunk is
-- impossible). Locks the dataset row.
declare
    v_dataset dataset;
    v_load load;
    v_mode text;
    v_settings jsonb;
    v_visibility text;
    v_filled boolean;
begin
    select d.* into v_dataset from dataset as d where d.dataset = p_dataset for update;
    if not found then
        raise exception 'there is no dataset %', p_dataset
            using errcode = 'LD013', hint = '`loader migrate FILE` installs a mapping';
    end if;
    perform assert_entities(p_dataset, p_entities);
    v_load.load_id := join_load(p_dataset, p_mode, p_sources, p_options, changed_settings(p_dataset, p_settings));
    update dataset as d set settings = p_settings where d.dataset = p_dataset and d.settings <> p_settings;
    if v_load.load_id is not null then
        return v_load.load_id;
    end if;
    perform assert_room(p_dataset);
    perform assert_not_from_elsewhere(p_dataset);
    execute format('call %I.create_history()', v_dataset.stage_schema);
    v_settings := load_settings(coalesce(p_settings, v_dataset.settings), p_options);
    v_filled := is_filled(p_dataset, p_entities);
    v_mode := load_mode(p_dataset, p_mode, p_entities, v_filled);
    -- A publication refuses row level security itself.
    perform assert_visible(p_dataset, case v_mode when 'merge' then p_entities else '{}' end);
    v_visibility := case v_mode when 'merge' then v_settings ->> 'visibility' else 'load' end;
    perform assert_visibility(p_dataset, v_visibility, v_settings);
    perform assert_change_files(p_dataset, v_visibility, v_settings);
    perform assert_mergeable(
        p_dataset, case v_mode when 'merge' then p_entities else '{}' end,
        case when not p_options ? 'repair' then v_settings end
    );
    insert into load (dataset, mode, mapping_hash, options, settings, visibility, changes)
    values (
        p_dataset, v_mode, v_dataset.mapping_hash, p_options, v_settings, v_visibility, case
            when v_mode = 'merge' and v_visibility = 'load' then 'recorded'
            when v_mode = 'replace' and not v_filled then 'first'
        end
    )
    returning * into v_load;
    if v_load.visibility = 'load' then
        execute format('call %I.create_build(%s)', v_dataset.stage_schema, v_load.epoch);
    end if;
    if v_mode = 'merge' then
        perform assert_versions(p_dataset, p_entities);
        execute format('call %I.create_target()', v_dataset.stage_schema);
        insert into loaded_entity (dataset, entity, mapping_hash)
        select t.dataset, t.entity, v_dataset.mapping_hash from dataset_table as t
        where t.dataset = p_dataset and t.is_root
        on conflict do nothing;
    end if;
    if v_visibility = 'chunk' then
        perform stamp_tables(p_dataset);
    end if;
    perform grant_access();
    perform log_event('load_started', format(
        'load %s of %s begins (%s)', v_load.load_id, p_dataset, concat_ws(': ', v_mode, p_options ->> 'reason')
    ), v_load.load_id);
    perform log_event('publication_in_doubt', b.line, v_load.load_id, p_level => 'warning')
    from publication_blockers(p_dataset, p_entities) as b (line) where v_mode = 'replace';
    if p_sources is null then
        perform begin_merge(v_load.load_id);
    end if;
    return v_load.load_id;
end
$$;
comment on function loader.start_load(text, text, text[], text[], jsonb, jsonb) is
'Starts a load, or joins the open load of the same sources; returns its number.';
