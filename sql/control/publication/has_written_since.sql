create or replace function loader.has_written_since(p_load bigint)
returns boolean
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Whether the tables are not as a publication left them: a later merge has written and was not taken back, one that
    -- is seen chunk by chunk even when it failed; or a load from before was taken back since.
    select exists (
        select 1
        from load as p
        join load as l on l.dataset = p.dataset and l.load_id > p.load_id
        where p.load_id = p_load and case
            when l.mode = 'rollback' then (l.options ->> 'rolls_back')::bigint <= p_load
            when l.mode = 'merge' and l.state = 'done' then
                l.deleted > 0
                or exists (select 1 from chunk as c where c.load_id = l.load_id and c.inserted + c.updated > 0)
            when l.mode = 'merge' and l.state in ('failed', 'cancelled') and l.visibility = 'chunk' then
                exists (select 1 from chunk as c where c.load_id = l.load_id and c.inserted + c.updated > 0)
            else false
        end
    )
$$;
comment on function loader.has_written_since(bigint) is
'Whether a later load has written into the tables that a publication left.';
