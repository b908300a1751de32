create or replace function loader.source_ranks(p_dataset text, p_policy text default 'newest')
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
        o.source_id, case
            when not o.counts then 0
            when p_policy = 'first' then dense_rank() over (order by (o.age).priority, o.rank desc, o.digest desc)
            else dense_rank() over (order by o.rank, o.digest)
        end
    from source_order as o
    where o.dataset = p_dataset
$$;
comment on function loader.source_ranks(text, text) is
'Sources of a dataset in conflict order: the larger place wins.';
