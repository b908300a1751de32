create or replace function loader.replaced_entities(p_source bigint)
returns text[]
language sql
stable
set search_path = loader, pg_temp
as $$
    -- The entities of a source whose tables a later load, which was not reverted, has replaced. The source no longer
    -- counts for them, except for rows that the replace kept because it rejected their records.
    select array(
        select e.entity
        from source as s
        cross join unnest(s.entities) as e (entity)
        where s.source_id = p_source and exists (
            select 1
            from load as r
            join source as t on t.load_id = r.load_id and e.entity = any (t.entities)
            where r.dataset = s.dataset and r.load_id > s.load_id and r.mode = 'replace' and r.state = 'done'
                and not exists (
                    select 1 from publication as p where p.load_id = r.load_id and p.reverted_at is not null
                )
        )
    )
$$;
comment on function loader.replaced_entities(bigint) is
'The entities of a source whose tables a later load has replaced.';
