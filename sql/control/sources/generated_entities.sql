create or replace function loader.generated_entities(p_dataset text)
returns text[]
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Entities whose records have no key of their own (`key: generated`).
    select coalesce(array_agg(e.item ->> 'name'), '{}')
    from dataset as d cross join jsonb_array_elements(d.mapping -> 'entities') as e (item)
    where d.dataset = p_dataset and (e.item ->> 'generated_key')::boolean
$$;
comment on function loader.generated_entities(text) is 'Entities whose records have no key of their own.';
