create or replace function loader.merged_records(p_load bigint)
returns bigint
language sql
stable
set search_path = loader, pg_temp
as $$
    -- How many records an open merge has written into the tables in use: none, except with visibility chunk. Reads
    -- load, chunk.
    select coalesce(sum(c.inserted + c.updated), 0)::bigint
    from load as l join chunk as c on c.load_id = l.load_id
    where l.load_id = p_load and l.visibility = 'chunk'
$$;
comment on function loader.merged_records(bigint) is
'How many records an open merge has written into the tables in use: 0, except with visibility chunk.';
