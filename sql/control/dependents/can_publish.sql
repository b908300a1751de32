create or replace function loader.can_publish(p_dataset text, p_entities text[] default null)
returns boolean
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Whether nothing blocks a publication of these entities (null: of all). A load that chooses its mode checks this
    -- first, and merges otherwise.
    select not exists (select 1 from publication_blockers(p_dataset, p_entities))
$$;
comment on function loader.can_publish(text, text[]) is 'Whether nothing blocks a publication of entities.';
