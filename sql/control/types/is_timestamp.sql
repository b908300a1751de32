create or replace function loader.is_timestamp(p_value text)
returns boolean
language sql
immutable strict parallel safe
set search_path = loader, pg_temp
as $$
    -- YYYY-MM-DD, then T or a blank, then HH:MM, HH:MM:SS or HH:MM:SS.ffffff, outer white space ignored; '' means NULL.
    select case
        when t.value = '' then true
        when t.value !~ '^[0-9-]{10}[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?$' then false
        else is_date(left(t.value, 10))
    end
    from (select btrim(p_value, E' \t\n\r') as value) as t
$$;
comment on function loader.is_timestamp(text) is 'Whether a text is the documented form of a timestamp.';
