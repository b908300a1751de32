create or replace function loader.foreign_objects()
returns setof text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Tables and views in the schema loader that the loader did not make (all of its own have a comment), and those
    -- elsewhere that depend on one of its tables: what a drop of the schema would take with it.
    select c.oid::regclass::text from pg_class as c
    where c.relnamespace = 'loader'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
        and obj_description(c.oid, 'pg_class') is null
    union
    select d.identity from list_dependents(array(
        select c.oid from pg_class as c where c.relnamespace = 'loader'::regnamespace and c.relkind in ('r', 'v')
    )) as d
    join pg_class as c on c.oid = d.owner_oid
    where c.relnamespace <> 'loader'::regnamespace
$$;
comment on function loader.foreign_objects() is 'What others have in, or on, the schema loader.';
