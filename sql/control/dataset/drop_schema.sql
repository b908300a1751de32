create or replace function loader.drop_schema(p_schema text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Drops a schema that the loader created, once nothing belongs to it: no relation, routine or type, and no default
-- privileges or publication that a user has set for it, which DROP SCHEMA would remove silently. Writes owned_object.
begin
    if not exists (select 1 from owned_objects(p_schema => p_schema) as o where o.kind = 'schema')
        or exists (
            select 1 from pg_depend as d
            where d.refclassid = 'pg_namespace'::regclass and d.refobjid = to_regnamespace(quote_ident(p_schema))
        ) then
        return;
    end if;
    execute format('drop schema %I', p_schema);
    delete from owned_object as o where o.schema_name = p_schema;
end
$$;
comment on function loader.drop_schema(text) is 'Drops a schema that the loader created, once nothing is in it.';
