create or replace function loader.tables_without(p_column text, p_tables text[])
returns oid[]
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Those of some tables, by their quoted names, that have no column of a name.
    select array(
        select r.name::regclass::oid from unnest(p_tables) as r (name)
        where not exists (
            select 1 from pg_attribute as a
            where a.attrelid = r.name::regclass and a.attname = p_column and not a.attisdropped
        )
        order by 1
    )
$$;
comment on function loader.tables_without(text, text[]) is 'Those of some tables that have no column of a name.';
