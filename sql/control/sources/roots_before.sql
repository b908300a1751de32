create or replace function loader.roots_before(p_load bigint)
returns table (entity text, first_source bigint)
language sql
stable
security definer
set search_path = loader, pg_temp
as $$
    -- Entities that may have rows from before a load, so that comparing with them may help; and the first source of the
    -- load: rows with a smaller _source are from before. If rows are composed of several versions, comparing them with
    -- records proves nothing. A repair does not trust hashes.
    select r.entity, f.source_id
    from load_roots(p_load) as r
    cross join (select min(s.source_id) as source_id from source as s where s.load_id = p_load) as f
    where not exists (select 1 from load as l where l.load_id = p_load and l.options ? 'repair') and exists (
        select 1 from source as s
        join load as l on l.dataset = s.dataset and l.load_id = p_load
        where s.source_id < f.source_id and r.entity = any (s.entities) and not keeps_versions(s.dataset, r.entity)
    )
$$;
comment on function loader.roots_before(bigint) is
'Entities that may have rows from before a load, and its first source.';
