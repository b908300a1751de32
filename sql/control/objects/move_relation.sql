create or replace function loader.move_relation(p_relations oid[], p_to text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Moves tables or materialized views that the loader created into another schema, and their records with them. Writes
-- owned_object.
declare
    v_statement text;
begin
    -- A record of that name in the other schema is of an object that no longer exists; otherwise the move fails.
    delete from owned_object as o using pg_class as c
    where c.oid = any (p_relations) and o.schema_name = p_to and o.kind = 'relation' and o.object_name = c.relname;
    update owned_object as o set schema_name = p_to
    from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where c.oid = any (p_relations)
        and o.schema_name = n.nspname and o.kind = 'relation' and o.object_name = c.relname;
    for v_statement in
        select format(
            'alter %s %s set schema %I', case c.relkind when 'm' then 'materialized view' else 'table' end,
            c.oid::regclass, p_to
        )
        from unnest(p_relations) with ordinality as r (oid, place) join pg_class as c on c.oid = r.oid order by r.place
    loop
        execute v_statement;
    end loop;
end
$$;
comment on function loader.move_relation(oid[], text) is
'Moves tables or materialized views that the loader made into another schema, and their records with them.';
