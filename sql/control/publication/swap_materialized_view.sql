create or replace function loader.swap_materialized_view(p_dataset text, p_gone oid, p_come oid, p_to text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Puts a materialized view into the place of a user's, which is moved to the schema p_to under the name that the new
-- one had. The user's old view then belongs to the loader, as its comment says; the new one belongs to the user and
-- gets the user's comment. Writes owned_object.
declare
    v_schema text;
    v_name text;
    v_owner oid;
    v_aside text := (select c.relname from pg_class as c where c.oid = p_come);
begin
    select n.nspname, c.relname into v_schema, v_name
    from pg_class as c join pg_namespace as n on n.oid = c.relnamespace where c.oid = p_gone;
    execute format(
        'comment on materialized view %s is %L', p_come::regclass, obj_description(p_gone, 'pg_class')
    );
    execute format(
        'comment on materialized view %s is %L', p_gone::regclass,
        format('The version of %I.%I before the last publication, kept by the loader.', v_schema, v_name)
    );
    execute format('alter materialized view %s rename to %I', p_gone::regclass, v_aside);
    execute format('alter materialized view %s set schema %I', p_gone::regclass, p_to);
    perform record_objects(p_dataset, p_to, array[v_aside]);
    delete from owned_object as o using pg_class as c, pg_namespace as n
    where c.oid = p_come and n.oid = c.relnamespace
        and o.schema_name = n.nspname and o.kind = 'relation' and o.object_name = c.relname;
    execute format('alter materialized view %s set schema %I', p_come::regclass, v_schema);
    execute format('alter materialized view %s rename to %I', p_come::regclass, v_name);
    select c.relowner into v_owner from pg_class as c where c.oid = p_gone;
    if v_owner <> (select c.relowner from pg_class as c where c.oid = p_come) then
        execute format('alter materialized view %s owner to %I', p_come::regclass, pg_get_userbyid(v_owner));
    end if;
end
$$;
comment on function loader.swap_materialized_view(text, oid, oid, text) is
'Replaces one materialized view by another.';
