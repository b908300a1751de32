create or replace function loader.source_places(p_dataset text, p_policy text default 'newest')
returns table (source_id bigint, place bigint)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- The sources of a dataset in conflict order: of two versions of a key that of the larger place wins. Decided by
    -- content, never by arrival: priority, snapshot, source name, digest of the file; under the policy first the other
    -- way round behind the priority. Sources of one place are the same file. What a load that failed, was cancelled or
    -- rolled back has left behind goes before nothing.
    select
        s.source_id,
        case
            when l.state in ('failed', 'cancelled', 'rolled_back') then 0
            when p_policy = 'first' then dense_rank() over (
                order by
                    s.priority, coalesce(s.snapshot, '-infinity') desc, s.name collate "C" desc,
                    coalesce(s.sha256, '') desc
            )
            else dense_rank() over (
                order by s.priority, coalesce(s.snapshot, '-infinity'), s.name collate "C", coalesce(s.sha256, '')
            )
        end
    from source as s join load as l on l.load_id = s.load_id
    where s.dataset = p_dataset
$$;
comment on function loader.source_places(text, text) is
'Sources of a dataset in conflict order: the larger rank wins.';
