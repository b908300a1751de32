create or replace function loader.is_replay(p_name text)
returns boolean
language sql
immutable parallel safe
set search_path = loader, pg_temp
as $$
    -- Whether a source contains corrected records of another one, according to the name that `loader rejects replay`
    -- gives it.
    select p_name ~ '[.]replay-[0-9a-f]{8}[.]xml$'
$$;
comment on function loader.is_replay(text) is 'Whether a source contains corrected records of another one.';
