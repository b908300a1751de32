create or replace function loader.is_trusted_owner(p_owner oid)
returns boolean
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Whether a schema of this owner may hold procedures of the loader: the owner is the role that loads, a superuser,
    -- the owner of this database, or the owner of the schema loader, who could replace them anyway.
    select r.rolname = current_user or r.rolsuper
        or r.oid in (select d.datdba from pg_database as d where d.datname = current_database())
        or r.oid = (select n.nspowner from pg_namespace as n where n.nspname = 'loader')
    from pg_roles as r where r.oid = p_owner
$$;
comment on function loader.is_trusted_owner(oid) is
'Whether a schema of this owner may hold procedures of the loader.';
