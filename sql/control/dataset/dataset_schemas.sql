create or replace function loader.dataset_schemas(p_dataset text)
returns table (place text, schema_name text)
language sql
immutable
set search_path = loader, pg_temp
as $$
    -- The schemas of a dataset, whether or not it is registered: the one that users query (target), and its companions.
    values ('target', p_dataset), ('stage', p_dataset || '_stage'), ('build', p_dataset || '_build'),
    ('old', p_dataset || '_old'), ('history', p_dataset || '_history')
$$;
comment on function loader.dataset_schemas(text) is 'The schemas of a dataset: the target and its companions.';
