create or replace function loader.is_uuid(p_value text)
returns boolean
language sql
immutable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
    -- 8-4-4-4-12 hexadecimal digits, outer white space ignored; '' means NULL and is valid.
    select btrim(p_value, E' \t\n\r') ~ '^([0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})?$'
$$;
comment on function loader.is_uuid(text) is 'Whether a text is the documented form of a uuid.';
