create or replace function loader.keep_mapping(p_dataset text, p_text text)
returns void
language sql
set search_path = loader, pg_temp
as $$
    -- Stores the mapping file of a dataset, so that commands can refer to it by the name of the dataset. While a load
    -- that has sources is open, the file stays as it was when that load began, because its workers may read it. Writes
    -- dataset.
    update dataset as d set mapping_text = p_text
    where d.dataset = p_dataset and d.mapping_text is distinct from p_text and not exists (
        select 1 from load as l
        join source as s on s.load_id = l.load_id
        where l.dataset = p_dataset and l.state in ('open', 'built')
    )
$$;
comment on function loader.keep_mapping(text, text) is
'Stores the mapping file of a dataset, so that commands can refer to it by the name of the dataset.';
