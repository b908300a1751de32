create or replace function loader.has_open_load(p_dataset text)
returns boolean
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Whether a load of the dataset has begun and not ended.
    select open_load(p_dataset) is not null
$$;
comment on function loader.has_open_load(text) is 'Whether a load of the dataset is open.';
