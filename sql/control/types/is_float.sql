create or replace function loader.is_float(p_value text, p_least numeric, p_most numeric)
returns boolean
language sql
immutable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
    -- The form of reals and doubles: digits with at most one point and an exponent of up to four digits, at most 1,000
    -- characters, as a number between p_least and p_most, or zero; INF, +INF, -INF or NaN. The server is not asked,
    -- because it would also accept `Infinity` and hexadecimal digits.
    select case
        when f.value in ('', 'INF', '+INF', '-INF', 'NaN') then true
        when length(f.value) > 1000 then false
        when f.value !~ '^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?0*[0-9]{1,4})?$' then false
        when f.value !~ '^[^eE]*[1-9]' then true
        else abs(f.value::numeric) > p_least and abs(f.value::numeric) < p_most
    end
    from (select btrim(p_value, E' \t\n\r') as value) as f
$$;
comment on function loader.is_float(text, numeric, numeric) is
'Whether a text is a number between two others, zero, an infinity, or NaN.';
