create or replace function loader.late_sources(p_load bigint, p_entity text)
returns bigint[]
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Sources of a load that are older than a complete snapshot of the entity that was loaded before: what that did not
    -- hold was gone by then, so they bring no key that is not there. Which of two is older says (priority, snapshot).
    select coalesce(array_agg(s.source_id), '{}')
    from source as s
    where s.load_id = p_load and p_entity = any (s.entities) and s.snapshot is not null
        and exists (
            select 1 from load as l
            where l.dataset = s.dataset and l.load_id <> p_load and l.state = 'done' and p_entity = any (l.complete)
                and (s.priority, s.snapshot) < all (
                    select o.priority, o.snapshot from source as o
                    where o.load_id = l.load_id and p_entity = any (o.entities)
                )
        )
$$;
comment on function loader.late_sources(bigint, text) is
'Sources of a load that are older than a complete snapshot of the entity.';
