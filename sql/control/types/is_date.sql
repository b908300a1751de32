create or replace function loader.is_date(p_value text)
returns boolean
language sql
immutable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
    -- A calendar date as YYYY-MM-DD, outer white space ignored; '' means NULL and is valid. Spelled out, because
    -- version 15 lacks pg_input_is_valid, which also accepts 'today'.
    select case
        when d.value = '' then true
        when d.value !~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then false
        when left(d.value, 4) = '0000' then false
        when substr(d.value, 6, 2) in ('04', '06', '09', '11') then right(d.value, 2) <= '30'
        when substr(d.value, 6, 2) <> '02' then true
        when left(d.value, 4)::integer % 4 = 0
            and (left(d.value, 4)::integer % 100 <> 0 or left(d.value, 4)::integer % 400 = 0)
            then right(d.value, 2) <= '29'
        else right(d.value, 2) <= '28'
    end
    from (select btrim(p_value, E' \t\n\r') as value) as d
$$;
comment on function loader.is_date(text) is 'Whether a text is the documented form of a date.';
