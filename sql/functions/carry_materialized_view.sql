create or replace function loader.carry_materialized_view(p_view oid, p_old_schema text, p_new_schema text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Makes the successor of a user's materialized view, filled from the new tables, in the build schema under a name
-- that is the old one's oid. With the old schema as search path the server writes the definition without it; with
-- the new one before it the names are bound to the new tables.
declare
    v_path text := current_setting('search_path');
    v_definition text;
    v_name text := format('%I.%I', p_new_schema, '_mv_' || p_view);
    v_index record;
begin
    perform set_config('search_path', quote_ident(p_old_schema), true);
    v_definition := pg_catalog.rtrim(pg_catalog.pg_get_viewdef(p_view), ';');
    perform set_config('search_path', pg_catalog.quote_ident(p_new_schema) || ', ' || pg_catalog.quote_ident(p_old_schema), true);
    execute format('create materialized view %s as %s', v_name, v_definition);
    perform set_config('search_path', v_path, true);
    for v_index in
        select i.indexrelid, c.relname, pg_get_indexdef(i.indexrelid) as definition
        from pg_index as i join pg_class as c on c.oid = i.indexrelid where i.indrelid = p_view
    loop
        execute regexp_replace(v_index.definition, ' ON .* USING ', format(' ON %s USING ', v_name));
    end loop;
    perform carry_settings(p_view, v_name::regclass);
    execute format('comment on materialized view %s is %L', v_name, obj_description(p_view, 'pg_class'));
    execute format('analyze %s', v_name);
end
$$;
comment on function loader.carry_materialized_view(oid, text, text) is
'Makes the successor of a user''s materialized view, filled from the new tables.';
