create or replace function loader.is_numeric(p_value text)
returns boolean
language sql
immutable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
    -- A finite decimal, with or without an exponent of up to 1,000, with at most 1,000 characters, outer white space
    -- ignored; '' means NULL and is valid.
    select btrim(p_value, E' \t\n\r')
        ~ '^([+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?0*([0-9]{1,3}|1000))?)?$'
        and length(btrim(p_value, E' \t\n\r')) <= 1000
$$;
comment on function loader.is_numeric(text) is 'Whether a text is the documented form of a numeric.';
