create or replace function loader.load_limit(p_load bigint, p_name text)
returns double precision
language sql
stable
set search_path = loader, pg_temp
as $$
    -- A numeric limit of a load: lease, max_chunk_time and publish_wait in seconds, max_attempts in claims of a chunk.
    -- A lease never outlasts max_chunk_time, after which its session may be terminated. Reads load.
    select min(coalesce(l.settings ->> n.name, default_settings() ->> n.name)::float8)
    from load as l
    cross join unnest(case p_name when 'lease' then '{lease,max_chunk_time}' else array[p_name] end) as n (name)
    where l.load_id = p_load
$$;
comment on function loader.load_limit(bigint, text) is
'The value of a numeric limit of a load: seconds, or a number of attempts.';
