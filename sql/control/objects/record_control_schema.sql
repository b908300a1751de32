create or replace function loader.record_control_schema(p_names text[])
returns void
language sql
set search_path = loader, pg_temp
as $$
    -- Records that the schema loader, and its relations, types and routines with these names, are the loader's own.
    -- Called whenever the routines were replaced. Writes owned_object.
    select restore_marks(null);
    delete from owned_object as o where o.dataset is null;
    insert into owned_object (schema_name, kind, object_name, mark)
    values ('loader', 'schema', 'loader', obj_description('loader'::regnamespace, 'pg_namespace'));
    select record_objects(null, 'loader', p_names)
$$;
comment on function loader.record_control_schema(text[]) is
'Records that the schema loader and what is in it under these names are the loader''s own.';
