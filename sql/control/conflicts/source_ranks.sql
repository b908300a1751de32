create or replace function loader.source_ranks(p_dataset text, p_policy text default 'newest')
returns table (source_id bigint, place bigint)
language plpgsql
stable
set search_path = loader, pg_temp
set plan_cache_mode = force_generic_plan
as $$
-- The sources of a dataset in conflict order: of two versions of a key, the one with the larger place wins. This is
-- decided by content, never by arrival: priority, snapshot, source name, digest of the file; with the policy first,
-- the order is reversed after the priority. Sources with the same place are the same file. Sources of loads that
-- failed, were cancelled or rolled back win over nothing.
#variable_conflict use_column
begin
    return query
    select
        o.source_id, case
            when not o.counts then 0
            when p_policy = 'first' then dense_rank() over (order by (o.age).priority, o.rank desc, o.digest desc)
            else dense_rank() over (order by o.rank, o.digest)
        end
    from source_order as o
    where o.dataset = p_dataset;
end
$$;
comment on function loader.source_ranks(text, text) is
'Sources of a dataset in conflict order: the larger place wins.';
