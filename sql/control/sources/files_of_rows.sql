create or replace function loader.files_of_rows(
    p_dataset text, p_entities text[] default null, p_but text[] default '{}'
)
returns text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- The names of the files that the rows of a dataset came from, for a message: the first ten, and how many more;
    -- null for none. p_entities: only files with records of these (null: of any); p_but: names to leave out. Reads all
    -- root tables.
    select
        nullif(array_to_string((array_agg(r.name order by r.name collate "C"))[:10], ', '), '')
        || case when count(*) > 10 then format(' and %s more', count(*) - 10) else '' end
    from (
        select distinct s.name from repair_sources(p_dataset) as s
        where s.has_rows and s.name <> all (p_but)
            and (p_entities is null or (s.others || s.replaced) && p_entities)
    ) as r
$$;
comment on function loader.files_of_rows(text, text[], text[]) is
'Names of the files from which the rows of a dataset came, for a message.';
