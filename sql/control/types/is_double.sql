create or replace function loader.is_double(p_value text)
returns boolean
language sql
immutable strict parallel safe
set search_path = loader, pg_temp
as $$
    -- A decimal, with or without an exponent, that is rounded neither to infinity nor to zero; INF, -INF or NaN. Outer
    -- white space is ignored; '' means NULL and is valid. The numbers are the first digits of 2^-1075 and of
    -- 2^1024 - 2^970, which are rounded so.
    select is_float(p_value, 2.470328229206232720882844E-324, 1.797693134862315807937289E308)
$$;
comment on function loader.is_double(text) is 'Whether a text is the documented form of a double precision.';
