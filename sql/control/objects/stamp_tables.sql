create or replace function loader.stamp_tables(p_dataset text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Gives the tables that users query, and their records in owned_object, a new stamp after a load has written them. It
-- is random, because after a restore another load may have the same number. It is the comment on the index of the
-- primary key, which dumps contain, and which can be written beside readers, writers and VACUUM. A table keeps its
-- stamp if somebody is rebuilding that index, if its owner does not let the role comment it, or if a user has written
-- another comment there. Writes owned_object.
declare
    v_stamp text := 'Stamp of the loader: ' || gen_random_uuid();
    v_lock_timeout text := current_setting('lock_timeout');
    v_table record;
begin
    perform set_config('lock_timeout', '100ms', true);
    for v_table in
        select o.schema_name, o.object_name, k.conindid::regclass as key_index
        from dataset as d
        cross join lateral owned_objects(p_dataset, d.target_schema, array(
            select t.table_name from dataset_table as t where t.dataset = p_dataset
        )) as o
        join pg_class as c on c.oid = o.object_oid and pg_has_role(c.relowner, 'usage')
        join pg_constraint as k on k.conrelid = c.oid and k.contype = 'p'
        cross join obj_description(k.conindid, 'pg_class') as x (description)
        where d.dataset = p_dataset and o.kind = 'relation'
            and coalesce(x.description like 'Stamp of the loader: %', true)
    loop
        begin
            execute format('comment on index %s is %L', v_table.key_index, v_stamp);
            update owned_object as o set stamp = v_stamp
            where o.schema_name = v_table.schema_name and o.kind = 'relation' and o.object_name = v_table.object_name;
        exception
            when lock_not_available then
                null;
        end;
    end loop;
    perform set_config('lock_timeout', v_lock_timeout, true);
end
$$;
comment on function loader.stamp_tables(text) is
'Gives the tables of a dataset a new stamp after a load has written them.';
