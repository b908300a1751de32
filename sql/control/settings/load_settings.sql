create or replace function loader.load_settings(p_of_dataset jsonb, p_given jsonb)
returns jsonb
language sql
immutable
set search_path = loader, pg_temp
as $$
    -- The settings with which a load begins: those given for this load alone (p_given, without everything that is not a
    -- setting), else those of its dataset, else the defaults.
    select default_settings() || p_of_dataset || coalesce(
        (select jsonb_object_agg(g.key, g.value) from jsonb_each(p_given) as g where setting_kind(g.key) is not null),
        '{}'
    )
$$;
comment on function loader.load_settings(jsonb, jsonb) is 'The settings with which a load starts.';
