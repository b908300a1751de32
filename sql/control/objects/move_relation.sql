create or replace function loader.move_relation(p_relation oid, p_to text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Moves a table or materialized view that the loader made into another schema, and its record with it.
-- Writes owned_object.
declare
    v_from text;
    v_name text;
    v_kind text;
begin
    select n.nspname, c.relname, case c.relkind when 'm' then 'materialized view' else 'table' end
    into v_from, v_name, v_kind
    from pg_class as c join pg_namespace as n on n.oid = c.relnamespace where c.oid = p_relation;
    execute format('alter %s %s set schema %I', v_kind, p_relation::regclass, p_to);
    -- A record of that name in the other schema is of something that is gone: the move would have failed.
    delete from owned_object as o where o.schema_name = p_to and o.kind = 'relation' and o.object_name = v_name;
    update owned_object as o set schema_name = p_to
    where o.schema_name = v_from and o.kind = 'relation' and o.object_name = v_name;
end
$$;
comment on function loader.move_relation(oid, text) is
'Moves a table or materialized view that the loader made into another schema, and its record with it.';
