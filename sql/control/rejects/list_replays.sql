create or replace function loader.list_replays(p_dataset text, p_name text)
returns table (name text, size bigint, sha256 text, is_open boolean)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- The replays of rejects of a source with the name p_name, and the replays of rejects of these replays; is_open:
    -- whether the load is open. Reads source, load.
    select s.name, s.size, s.sha256, l.state in ('open', 'built')
    from source as s join load as l using (load_id)
    where s.dataset = p_dataset and starts_with(s.name, p_name || '.replay-')
$$;
comment on function loader.list_replays(text, text) is
'The replays of rejects of a source, and the replays of rejects of these replays.';
