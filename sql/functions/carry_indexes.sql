create or replace function loader.carry_indexes(p_old oid, p_old_schema text, p_new_schema text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Makes users' own indexes of a table on its successor, under the same names. With the old schema as search path the
-- server writes their definitions without it; with the new one they are bound to the new table.
declare
    v_definitions text[];
    v_definition text;
    v_path text := current_setting('search_path');
begin
    perform set_config('search_path', quote_ident(p_old_schema), true);
    select array_agg(replace(
        pg_catalog.pg_get_indexdef(d.object_oid), ' ON ' || pg_catalog.quote_ident(p_old_schema) || '.',
        ' ON ' || pg_catalog.quote_ident(p_new_schema) || '.'
    )) into v_definitions
    from loader.list_dependents(array[p_old]) as d where d.kind = 'index';
    perform set_config('search_path', v_path, true);
    foreach v_definition in array coalesce(v_definitions, '{}') loop
        execute v_definition;
    end loop;
end
$$;
comment on function loader.carry_indexes(oid, text, text) is 'Makes users'' own indexes of a table on its successor.';
