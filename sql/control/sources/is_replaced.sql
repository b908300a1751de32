create or replace function loader.is_replaced(p_source bigint)
returns boolean
language sql
stable
set search_path = loader, pg_temp
set plan_cache_mode = force_generic_plan
as $$
    -- Whether no row of a source can be in the tables any more, because later loads, which were not reverted, have
    -- replaced those of all its entities. Called for every chunk of former loads, for which planning it each time would
    -- take most of the time.
    select not exists (
        select 1 from unnest(s.entities) as e (entity)
        where not exists (
            select 1 from load as r
            where r.dataset = s.dataset and r.load_id > s.load_id and r.mode = 'replace' and r.state = 'done'
                and exists (select 1 from source as t where t.load_id = r.load_id and e.entity = any (t.entities))
                and not exists (
                    select 1 from publication as p where p.load_id = r.load_id and p.reverted_at is not null
                )
        )
    )
    from source as s
    where s.source_id = p_source
$$;
comment on function loader.is_replaced(bigint) is
'Whether later loads have replaced all tables that a source was loaded into.';
