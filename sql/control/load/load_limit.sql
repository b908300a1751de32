create or replace function loader.load_limit(p_load bigint, p_name text)
returns double precision
language sql
stable
set search_path = loader, pg_temp
as $$
    -- A limit of a load that is a number: lease, max_chunk_time and publish_wait in seconds, max_attempts in claims of a
    -- chunk. A lease never outlasts max_chunk_time, beyond which its session may be ended. Reads load.
    select case p_name
        when 'lease' then least((s.settings ->> 'lease')::float8, (s.settings ->> 'max_chunk_time')::float8)
        else (s.settings ->> p_name)::float8
    end
    from load as l cross join load_settings(l.settings, '{}') as s (settings)
    where l.load_id = p_load
$$;
comment on function loader.load_limit(bigint, text) is
'A limit of a load that is a number: seconds, or claims of a chunk.';
