create or replace function loader.read_source(p_source bigint)
returns table (
    name text,
    location text,
    size bigint,
    format text,
    entities text[],
    key_source bigint,
    record_numbers bigint[],
    former_seeds jsonb
)
language sql
stable
security definer
set search_path = loader, pg_temp
as $$
    -- What a worker has to know about the source of a chunk, while its load is open. key_source, record_numbers: the
    -- parts of generated keys; null if no entity of the source has them.
    select
        s.name, s.location, s.size, s.format, s.entities,
        case when s.entities && generated_entities(s.dataset) then coalesce(s.key_source, s.source_id) end,
        s.record_numbers, former_seeds(s.dataset, s.load_id)
    from source as s
    join load as l using (load_id)
    where s.source_id = p_source and l.state = 'open'
$$;
comment on function loader.read_source(bigint) is 'Where a worker finds the source of a chunk, while its load is open.';
