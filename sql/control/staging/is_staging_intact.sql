create or replace function loader.is_staging_intact(p_dataset text)
returns boolean
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Whether the staging tables and procedures of a dataset are as they were created. False if there is no such
    -- dataset.
    select coalesce(
        (select d.staging_digest = staging_digest(d.dataset) from dataset as d where d.dataset = p_dataset), false
    )
$$;
comment on function loader.is_staging_intact(text) is
'Whether the staging tables and procedures of a dataset are as they were made.';
