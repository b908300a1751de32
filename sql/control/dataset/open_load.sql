create or replace function loader.open_load(p_dataset text)
returns bigint
language sql
stable
set search_path = loader, pg_temp
as $$
    -- The load of a dataset that has started and not ended; null: there is none. Reads load.
    select l.load_id from load as l where l.dataset = p_dataset and l.state in ('open', 'built')
$$;
comment on function loader.open_load(text) is 'The load of a dataset that has begun and not ended; null: none.';
