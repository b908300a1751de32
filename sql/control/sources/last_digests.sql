create or replace function loader.last_digests(
    p_load bigint,
    p_dataset text,
    p_name text,
    p_snapshot date,
    p_priority integer
)
returns table (sha256 text, content text)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- For a merge: digests of the file with this name, snapshot date and priority that was loaded last; none if there
    -- is none. A file of the same name with other content must say which is newer, because otherwise the order of loads
    -- would decide; unless the tables were replaced since. The content is the same if either digest is. p_load null:
    -- for a load that may be about to begin, and whose mode is not known yet.
    select s.sha256, s.content
    from source as s join load as l using (load_id)
    where s.dataset = p_dataset and s.name = p_name and s.snapshot is not distinct from p_snapshot
        and s.priority = p_priority and l.state = 'done'
        and (p_load is null or (select m.mode from load as m where m.load_id = p_load) = 'merge')
        and not is_replaced(s.source_id)
    order by s.source_id desc
    limit 1
$$;
comment on function loader.last_digests(bigint, text, text, date, integer) is
'Digests of the last loaded file with this name and snapshot date, and of its content.';
