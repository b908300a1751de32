create or replace function loader.index_shape(p_index oid)
returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- What an index is but for its name and that of its table: whether it is unique, its method, columns and condition.
    select regexp_replace(pg_get_indexdef(p_index), '^CREATE (UNIQUE )?INDEX .* ON .*? USING ', '\1')
$$;
comment on function loader.index_shape(oid) is 'What an index is, but for its name and that of its table.';
