create or replace function loader.swap_materialized_view(p_dataset text, p_gone oid[], p_come oid[], p_to text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Puts materialized views into the places of users', which are moved to the schema p_to under the names that the new
-- ones had. The users' old views then belong to the loader, as their comments say; the new ones belong to the users and
-- get the users' comments and owners. Writes owned_object.
declare
    v_statement text;
    v_asides text[];
begin
    select array_agg(c.relname::text) into v_asides from pg_class as c where c.oid = any (p_come);
    delete from owned_object as o using pg_class as c, pg_namespace as n
    where c.oid = any (p_come) and n.oid = c.relnamespace
        and o.schema_name = n.nspname and o.kind = 'relation' and o.object_name = c.relname;
    for v_statement in
        select format(
            'comment on materialized view %1$s is %8$L; comment on materialized view %2$s is %9$L; '
            'alter materialized view %2$s rename to %3$I; alter materialized view %4$I.%3$I set schema %5$I; '
            'alter materialized view %1$s set schema %4$I; alter materialized view %4$I.%3$I rename to %6$I; '
            'alter materialized view %4$I.%6$I owner to %7$I',
            c.oid::regclass, g.oid::regclass, c.relname, n.nspname, p_to, g.relname, pg_get_userbyid(g.relowner),
            obj_description(g.oid, 'pg_class'),
            format('The version of %I.%I before the last publication, kept by the loader.', n.nspname, g.relname)
        )
        from unnest(p_gone, p_come) as x (gone_oid, come_oid)
        join pg_class as g on g.oid = x.gone_oid
        join pg_class as c on c.oid = x.come_oid
        join pg_namespace as n on n.oid = g.relnamespace
    loop
        execute v_statement;
    end loop;
    perform record_objects(p_dataset, p_to, v_asides);
end
$$;
comment on function loader.swap_materialized_view(text, oid[], oid[], text) is
'Replaces materialized views by others.';
