create or replace function loader.drop_dataset(p_dataset text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Drops everything that the loader has created for a dataset: tables, history, staging, procedures, control rows. Never
-- with cascade: another user's view, foreign key, column, trigger or index makes it fail (2BP01) and is named. A schema
-- stays if the loader did not create it, or if it contains objects of other users. Companion schemas whose marks
-- somebody has removed are dropped, too. Waits for readers of its tables as a publication does. Raises LD003 while a
-- load is open, LD007, LD013.
declare
    v_schema text;
begin
    perform 1 from dataset as d where d.dataset = p_dataset for update;
    if not found then
        raise exception 'there is no dataset %', p_dataset using errcode = 'LD013';
    end if;
    perform assert_none_open(p_dataset);
    perform restore_marks(p_dataset);
    perform forget_loads(p_dataset);
    perform lock_for_swap(readable_relations(p_dataset), clock_timestamp() + interval '1 minute');
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
comment on function loader.drop_dataset(text) is 'Drops everything that the loader has created for a dataset.';
