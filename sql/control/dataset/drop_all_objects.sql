create or replace function loader.drop_all_objects(p_dataset text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- The part of dropping a dataset for which its readers wait: everything that the loader has created for it, and what
-- the control tables know of it. Raises 2BP01. Writes owned_object, dataset, the schemas.
declare
    v_schema text;
begin
    perform drop_own_foreign_keys(p_dataset);
    perform drop_objects(p_dataset, s.schema_name) from dataset_schemas(p_dataset) as s
    where s.place in ('build', 'old');
    perform drop_relations(array(
        select c.oid from owned_objects(p_dataset) as o join pg_class as c on c.oid = o.object_oid
        where o.kind = 'relation'
    ));
    for v_schema in select s.schema_name from dataset_schemas(p_dataset) as s loop
        perform drop_objects(p_dataset, v_schema);
        perform drop_schema(v_schema);
    end loop;
    delete from owned_object as o where o.dataset = p_dataset;
    delete from dataset as d where d.dataset = p_dataset;
end
$$;
comment on function loader.drop_all_objects(text) is
'Drops all objects of a dataset and its record, while readers wait.';
