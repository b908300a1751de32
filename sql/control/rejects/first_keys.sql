create or replace function loader.first_keys(p_keys text[], p_count bigint)
returns text
language sql
immutable
set search_path = loader, pg_temp
as $$
    -- The first 20 of a list of keys, and how many more there are.
    select array_to_string(p_keys[:20], ', ')
        || case when p_count > 20 then format(', and %s more', p_count - 20) else '' end
$$;
comment on function loader.first_keys(text[], bigint) is 'The first 20 of a list of keys, and how many more there are.';
