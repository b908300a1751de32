create or replace function loader.has_open_load(p_dataset text)
returns boolean
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Whether a load of the dataset has begun and not ended.
    select exists (select 1 from load as l where l.dataset = p_dataset and l.state in ('open', 'built'))
$$;
comment on function loader.has_open_load(text) is 'Whether a load of the dataset has begun and not ended.';
