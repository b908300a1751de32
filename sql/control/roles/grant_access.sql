create or replace function loader.grant_access(p_without_roles boolean default false)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Grants the group roles the rights that they should have and lack. Called wherever something is created: routines, the
-- procedures of a dataset, a build, tables, a publication. Without roles, this costs one look into an empty table,
-- unless p_without_roles: then execution of routines that are security definers is revoked from everybody there, too.
declare
    v_statement text;
begin
    if not p_without_roles and not exists (select 1 from access_role) then
        return;
    end if;
    for v_statement in select m.* from missing_grants() as m loop
        execute v_statement;
    end loop;
end
$$;
comment on function loader.grant_access(boolean) is 'Issues the grants that the group roles still lack.';
