create or replace function loader.is_timestamptz(p_value text)
returns boolean
language sql
immutable strict parallel safe
set search_path = loader, pg_temp
as $$
    -- A timestamp, and Z or an offset +HH, +HH:MM or +HHMM up to 15:59; without one it is UTC. '' means NULL.
    select is_timestamp(regexp_replace(t.value, '([0-9])(Z|[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)$', E'\\1'))
    from (select btrim(p_value, E' \t\n\r') as value) as t
$$;
comment on function loader.is_timestamptz(text) is 'Whether a text is the documented form of a timestamptz.';
