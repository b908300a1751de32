create or replace function loader.is_boolean(p_value text)
returns boolean
language sql
immutable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
    -- true, false, 1 or 0, outer white space ignored; '' means NULL and is valid.
    select btrim(p_value, E' \t\n\r') in ('', 'true', 'false', '1', '0')
$$;
comment on function loader.is_boolean(text) is 'Whether a text is the documented form of a boolean.';
