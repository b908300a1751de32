create or replace function loader.carry_materialized_view(
    p_dataset text, p_view oid, p_old_schema text, p_new_schema text
)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Creates the successor of a user's materialized view in the build schema, filled from the new tables, under a name
-- that contains the oid of the old view. With the old schema as the search path, the server prints the definition
-- without schema names; with the new schema before it, these names refer to the new tables. The successor belongs to
-- the owner of the view before it is filled, indexed and analyzed, so that functions of this user run with this user's
-- rights, as in REFRESH, and not with those of the role that loads, which may be a superuser. Raises LD008 naming the
-- view that does not fit. Writes owned_object.
declare
    v_path text := current_setting('search_path');
    v_definition text;
    v_name text := format('%I.%I', p_new_schema, '_mv_' || p_view);
    v_is_filled boolean;
    v_version text;
    v_owner name;
begin
    perform assert_trusted((select string_agg(u.line, E'\n') from list_untrusted(array[p_view]) as u));
    select c.relispopulated, c.xmin::text, pg_get_userbyid(c.relowner) into v_is_filled, v_version, v_owner
    from pg_class as c where c.oid = p_view;
    v_definition := rtrim(view_query(p_view, quote_ident(p_old_schema)), ';');
    perform set_config('search_path', format('%I, %I, pg_temp', p_new_schema, p_old_schema), true);
    begin
        execute format('create materialized view %s as %s with no data', v_name, v_definition);
        perform set_config('search_path', v_path, true);
        perform fill_as_owner(p_dataset, v_name::regclass, v_owner, v_is_filled);
    exception
        when undefined_column or undefined_table or undefined_function or datatype_mismatch or data_exception
            or insufficient_privilege then
            raise exception 'the materialized view % does not fit the new tables: %',
                p_view::pg_catalog.regclass, sqlerrm
                using errcode = 'LD008', hint = 'drop it, then give the same command again';
    end;
    perform carry_indexes(array[p_view], array[v_name::regclass::oid]);
    perform carry_settings(
        array[p_view], array[v_name::regclass::oid],
        (select max(l.load_id) from load as l where l.dataset = p_dataset)
    );
    execute format(
        'comment on materialized view %s is %L', v_name,
        format('The next version of %s, made by the loader.', p_view::regclass)
    );
    perform record_objects(p_dataset, p_new_schema, array['_mv_' || p_view]);
    perform note_filled(v_name::regclass, v_version);
    if v_is_filled then
        execute format('analyze %s', v_name);
    end if;
end
$$;
comment on function loader.carry_materialized_view(text, oid, text, text) is
'Creates the replacement of a user''s materialized view, filled from the new tables.';
