create or replace function loader.load_at(p_dataset text, p_at timestamptz)
returns bigint
language sql
stable
set search_path = loader, pg_temp
as $$
    -- The last load of a dataset that had ended at a time, whether it was rolled back later or not; 0: none had.
    select coalesce(max(l.load_id), 0) from load as l
    where l.dataset = p_dataset and l.state in ('done', 'rolled_back') and l.finished_at <= p_at
$$;
comment on function loader.load_at(text, timestamptz) is
'The last load of a dataset that had ended at a time; 0: none had.';
