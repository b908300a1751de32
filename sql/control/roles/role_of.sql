create or replace function loader.role_of(p_level text)
returns text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- The group role of a level (owner, worker, reader); null if there are no roles, or it has been dropped since.
    select r.rolname::text from access_role as a
    join pg_roles as r on r.rolname = a.role_name
    where a.level = p_level
$$;
comment on function loader.role_of(text) is 'The group role of a level: owner, worker or reader; null: none.';
