create or replace function loader.changed_settings(p_dataset text, p_settings jsonb)
returns jsonb
language sql
stable
set search_path = loader, pg_temp
as $$
    -- The settings of a mapping that differ from the registered ones, because somebody has edited them. p_settings
    -- null: the mapping is not given. Reads dataset.
    select coalesce(jsonb_object_agg(s.key, s.value), '{}')
    from dataset as d cross join jsonb_each(p_settings) as s
    where d.dataset = p_dataset and d.settings -> s.key is distinct from s.value
$$;
comment on function loader.changed_settings(text, jsonb) is
'Settings of a mapping that differ from those registered for its dataset.';
