create or replace function loader.undated_since(p_source bigint)
returns bigint
language sql
stable
set search_path = loader, pg_temp
as $$
    -- The load as of which a file without a date counts: its own. Of a repair, which brings nothing new, it is the last
    -- load of the same file before: full snapshots that were loaded since then are newer than the file.
    select coalesce(
        (
            select max(o.load_id)
            from load as l
            join source as o on o.dataset = s.dataset and o.series = s.series and o.name = s.name
                and o.priority = s.priority and o.snapshot is null and o.load_id < s.load_id
            join load as b on b.load_id = o.load_id and b.state = 'done' and not b.options ? 'repair'
            where l.load_id = s.load_id and l.options ? 'repair'
        ),
        s.load_id
    )
    from source as s
    where s.source_id = p_source
$$;
comment on function loader.undated_since(bigint) is
'The load as of which a file without a date counts: its own, or for a repair the last load of the file before it.';
