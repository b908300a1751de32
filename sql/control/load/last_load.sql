create or replace function loader.last_load(p_dataset text)
returns bigint
language sql
stable
set search_path = loader, pg_temp
as $$
    -- The last load of a dataset that was done, even if it was rolled back since; null: there is none. Its setting
    -- foreign_keys is in force.
    select max(l.load_id) from load as l where l.dataset = p_dataset and l.state in ('done', 'rolled_back')
$$;
comment on function loader.last_load(text) is 'The last load of a dataset that was done; null: there is none.';
