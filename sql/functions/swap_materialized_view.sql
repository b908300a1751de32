create or replace function loader.swap_materialized_view(p_gone oid, p_come oid, p_to_schema text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Puts one materialized view into the place of another, which goes to p_to_schema under its oid's name.
declare
    v_schema text;
    v_name text;
begin
    select n.nspname, c.relname into v_schema, v_name
    from pg_class as c join pg_namespace as n on n.oid = c.relnamespace where c.oid = p_gone;
    execute format('alter materialized view %s rename to %I', p_gone::regclass, '_mv_' || p_come);
    execute format('alter materialized view %s set schema %I', p_gone::regclass, p_to_schema);
    execute format('alter materialized view %s set schema %I', p_come::regclass, v_schema);
    execute format('alter materialized view %s rename to %I', p_come::regclass, v_name);
end
$$;
comment on function loader.swap_materialized_view(oid, oid, text) is
'Puts one materialized view into the place of another.';
