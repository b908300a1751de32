create or replace function loader.loaded_since(p_load bigint)
returns bigint[]
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Loads since a publication, the latest first, whose result would be another without it: later merges of its
    -- entities that were not rolled back. A merge decides what it leaves unchanged, or counts as duplicate, by the rows
    -- that the publication left; only if it had the same files, no others, and wrote nothing, it says nothing new. A
    -- failed merge that became visible chunk by chunk counts, too, if it has written. So do rollbacks of the
    -- publication, or of loads before it.
    select coalesce(array_agg(l.load_id order by l.load_id desc), '{}')
    from load as p
    join load as l on l.dataset = p.dataset and l.load_id > p.load_id
    where p.load_id = p_load and case
        when l.mode = 'rollback' then (l.options ->> 'rolls_back')::bigint <= p_load
        when l.mode = 'merge' and l.state = 'done' then exists (
            select 1 from source as s join source as o on o.load_id = p_load and o.entities && s.entities
            where s.load_id = l.load_id
        ) and exists (
            select 1 from source as s
            where s.load_id = l.load_id and s.read + s.deleted > 0
                and (s.inserted + s.updated + s.deleted > 0 or s.name not in (
                    select f.name from source as f
                    where f.load_id = p_load and f.snapshot is not distinct from s.snapshot and f.priority = s.priority
                ))
        )
        when l.mode = 'merge' and l.state in ('failed', 'cancelled') and l.visibility = 'chunk' then
            exists (select 1 from chunk as c where c.load_id = l.load_id and c.inserted + c.updated > 0)
        else false
    end
$$;
comment on function loader.loaded_since(bigint) is
'Loads after a publication whose results depend on it, the last one first.';
