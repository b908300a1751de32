create or replace function loader.read_load(p_load bigint)
returns table (
    mode text,
    visibility text,
    state text,
    error text,
    max_record bigint,
    chunk_bytes integer,
    settings jsonb
)
language sql
stable
security definer
set search_path = loader, pg_temp
as $$
    -- What a worker has to know about its load. max_record: bytes of the longest record that it accepts; null: no
    -- limit. chunk_bytes: size of its largest chunks, except for longer records. settings: those in force, on all
    -- hosts. Reads load, source.
    select
        l.mode, l.visibility, l.state, l.error, (l.options ->> 'max_record')::bigint,
        (select max(s.chunk_bytes) from source as s where s.load_id = l.load_id),
        load_settings(l.settings, '{}')
    from load as l where l.load_id = p_load
$$;
comment on function loader.read_load(bigint) is
'What a worker has to know about its load: mode, visibility, state, longest record, size of chunks, settings.';
