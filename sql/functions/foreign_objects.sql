create or replace function loader.foreign_objects()
returns setof text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- What a drop of the schema loader would take along that the loader did not make: relations and routines in it
    -- (all of its own have a comment), and what elsewhere depends on its tables and views.
    select c.oid::regclass::text from pg_class as c
    where c.relnamespace = 'loader'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
        and obj_description(c.oid, 'pg_class') is null
    union
    select p.oid::regprocedure::text from pg_proc as p
    where p.pronamespace = 'loader'::regnamespace and obj_description(p.oid, 'pg_proc') is null
    union
    select d.identity
    from list_dependents(array(
        select c.oid from pg_class as c where c.relnamespace = 'loader'::regnamespace and c.relkind in ('r', 'v')
    )) as d
    left join pg_class as c on c.oid = d.owner_oid and d.kind <> 'function'
    left join pg_proc as p on p.oid = d.owner_oid and d.kind = 'function'
    where coalesce(c.relnamespace, p.pronamespace) <> 'loader'::regnamespace
$$;
comment on function loader.foreign_objects() is 'What others have in, or on, the schema loader.';
