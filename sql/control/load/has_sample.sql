create or replace function loader.has_sample(p_dataset text)
returns boolean
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Whether everything that was ever loaded into a dataset is a generated sample; null if nothing was loaded.
    select bool_and(coalesce((l.options ->> 'sample')::boolean, false))
    from load as l
    where l.dataset = p_dataset and l.state = 'done'
$$;
comment on function loader.has_sample(text) is
'Whether only a generated sample was ever loaded into a dataset; null if nothing was.';
