create or replace function loader.has_absences(p_dataset text, p_entities text[] default null)
returns boolean
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Whether a load that counts has decided which records of these entities (null: of all) there are not, so that an
    -- older dump has to be merged even if their tables are empty: a replace would bring back what is gone. Not one that
    -- rejected all of its records, as the same file is loaded again then, corrected.
    select exists (
        select 1
        from load as l
        join source as s on s.load_id = l.load_id
        cross join unnest(s.entities) as e (entity)
        where l.dataset = p_dataset and l.state = 'done' and (p_entities is null or e.entity = any (p_entities))
            and (e.entity = any (l.complete) or e.entity = any (generated_entities(p_dataset)))
            and (s.read = 0 or s.read > s.rejected)
            and e.entity <> all (replaced_entities(s.source_id)) and is_current(p_dataset, e.entity)
            and not exists (select 1 from publication as p where p.load_id = l.load_id and p.reverted_at is not null)
    )
$$;
comment on function loader.has_absences(text, text[]) is
'Whether loads have decided that records of these entities are gone, so that a load has to be merged.';
