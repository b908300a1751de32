create or replace function loader.needs_view(p_schema text, p_name text, p_query text)
returns boolean
language plpgsql
set search_path = loader, pg_temp
as $$
-- Whether a view has to be created, or replaced because it is not that of a query. It is then locked as a publication
-- locks; otherwise no reader of it waits for a load that begins. To see how the server prints the query, a view of it
-- is created and dropped at once. Raises LD007. Writes nothing. Locks the view.
declare
    v_view oid := to_regclass(format('%I.%I', p_schema, p_name));
    v_other text := format('%I.%I', p_schema, '_' || md5(p_query));
    v_is_same boolean;
begin
    if v_view is null then
        return true;
    end if;
    execute format('create view %s as %s', v_other, p_query);
    v_is_same := pg_get_viewdef(v_view) = pg_get_viewdef(v_other::regclass);
    execute format('drop view %s', v_other);
    if not v_is_same then
        perform lock_for_swap(array[v_view], clock_timestamp() + interval '1 minute');
    end if;
    return not v_is_same;
end
$$;
comment on function loader.needs_view(text, text, text) is
'Whether a view has to be created or replaced because it is not that of a query.';
