create or replace function loader.dataset_settings(p_dataset text)
returns jsonb
language sql
stable
set search_path = loader, pg_temp
as $$
    -- The settings with which a load of a dataset would begin without options of its own; null: there is no such
    -- dataset. Reads dataset.
    select load_settings(d.settings, '{}') from dataset as d where d.dataset = p_dataset
$$;
comment on function loader.dataset_settings(text) is 'The settings that a load of a dataset begins with.';
