create or replace function loader.view_query(p_view oid, p_path text)
returns text
language plpgsql
set search_path = loader, pg_temp
as $$
-- The query of a view as the server prints it with a search path: without the schemas of what is found on that path.
-- Temporary tables come last, as otherwise they would come first.
declare
    v_query text;
begin
    perform set_config('search_path', p_path || ', pg_temp', true);
    v_query := pg_catalog.pg_get_viewdef(p_view);
    -- To print the query, the server has locked all relations that it reads. Undoing this releases the locks.
    raise no_data_found;
exception
    when no_data_found then return v_query;
end
$$;
comment on function loader.view_query(oid, text) is 'The query of a view, without the schemas on a search path.';
