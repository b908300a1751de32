create or replace function loader.drop_former_states(p_dataset text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Drops the functions that show former states of a dataset, because their columns may have changed; they are then
-- created again. Records who may call them, for restore_grants. A function on which users have built something stays as
-- it is, as long as it fits the mapping. Writes history, owned_object.
declare
    v_item record;
begin
    for v_item in
        select p.oid::regprocedure as name, p.proacl, o.schema_name, o.object_name
        from owned_objects(p_dataset, p_dataset || '_history') as o
        join pg_proc as p on o.kind = 'routine' and p.oid = o.object_oid
    loop
        begin
            execute format('drop function %s', v_item.name);
            update owned_object as o set made = jsonb_build_object('grants', to_jsonb(v_item.proacl::text[]))
            where o.schema_name = v_item.schema_name and o.kind = 'routine' and o.object_name = v_item.object_name;
        exception
            when dependent_objects_still_exist then
                null;
        end;
    end loop;
end
$$;
comment on function loader.drop_former_states(text) is
'Drops the functions that show former states before they are created again, and records their grants.';
