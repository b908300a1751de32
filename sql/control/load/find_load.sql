create or replace function loader.find_load(p_dataset text)
returns table (load_id bigint, mapping_hash text, mapping_text text)
language sql
stable
security definer
set search_path = loader, pg_temp
as $$
    -- The load of a dataset that workers can join, its mapping and the mapping file; no row if there is none.
    select l.load_id, l.mapping_hash, d.mapping_text
    from load as l join dataset as d using (dataset)
    where l.dataset = p_dataset and l.state = 'open'
$$;
comment on function loader.find_load(text) is 'The load of a dataset that workers can join, and its mapping.';
