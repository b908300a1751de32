create or replace function loader.is_real(p_value text)
returns boolean
language sql
immutable strict parallel safe
set search_path = loader, pg_temp
as $$
    -- A decimal, with or without an exponent, that is rounded neither to infinity nor to zero; INF, -INF or NaN. Outer
    -- white space is ignored; '' means NULL and is valid. The numbers are 2^-150 and 2^128 - 2^103, which are rounded
    -- so.
    select is_float(
        p_value,
        (
            '7.00649232162408535461864791644958065640130970938257885878534141944895541342930300743319094181060791015625'
            || 'E-46'
        )::numeric,
        340282356779733661637539395458142568448
    )
$$;
comment on function loader.is_real(text) is 'Whether a text is the documented form of a real.';
