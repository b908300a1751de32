create or replace function loader.is_smallint(p_value text)
returns boolean
language sql
immutable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
    -- Lexical form [+-]?[0-9]+ within 16 bits, outer white space ignored; '' means NULL and is valid.
    select case
        when btrim(p_value, E' \t\n\r') = '' then true
        when btrim(p_value, E' \t\n\r') !~ '^[+-]?0*[0-9]{1,5}$' then false
        else btrim(p_value, E' \t\n\r')::numeric between -32768 and 32767
    end
$$;
comment on function loader.is_smallint(text) is 'Whether a text is the documented form of a smallint.';
