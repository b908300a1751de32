create or replace function loader.removing_loads(p_dataset text, p_entity text)
returns table (load_id bigint)
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Loads whose delete records of an entity count: those that are done, and neither rolled back, reverted nor
    -- replaced since. So nothing has to be removed when one of this happens to a load, or is undone.
    select distinct l.load_id
    from load as l
    join load_entity as e on e.load_id = l.load_id and e.entity = p_entity and e.removed > 0
    join source as s on s.load_id = l.load_id and p_entity = any (s.entities)
    where l.dataset = p_dataset and l.state = 'done'
        and p_entity <> all (replaced_entities(s.source_id))
        and not exists (select 1 from publication as p where p.load_id = l.load_id and p.reverted_at is not null)
$$;
comment on function loader.removing_loads(text, text) is 'Loads whose delete records of an entity count.';
