create or replace function loader.keep_settings(p_dataset text, p_settings jsonb)
returns boolean
language plpgsql
set search_path = loader, pg_temp
as $$
-- Registers the current settings of a mapping; returns whether they differ from those registered before. While a load
-- is open they stay as they are: its own command reports which of them have changed. Writes dataset.
begin
    update dataset as d set settings = p_settings
    where d.dataset = p_dataset and d.settings <> p_settings and not has_open_load(p_dataset);
    return found;
end
$$;
comment on function loader.keep_settings(text, jsonb) is 'Registers the settings of a mapping, unless a load is open.';
