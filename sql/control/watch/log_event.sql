create or replace function loader.log_event(
    p_kind text,
    p_message text,
    p_load bigint default null,
    p_source bigint default null,
    p_chunk bigint default null,
    p_level text default 'info',
    p_detail jsonb default '{}'
)
returns void
language sql
set search_path = loader, pg_temp
as $$
    -- Writes loader.event. Reads loader.load for the dataset's name.
    insert into event (kind, message, dataset, load_id, source_id, chunk_id, level, detail)
    values (
        p_kind, p_message, (select l.dataset from load as l where l.load_id = p_load),
        p_load, p_source, p_chunk, p_level, p_detail
    )
$$;
comment on function loader.log_event(text, text, bigint, bigint, bigint, text, jsonb) is
'Writes one event: kind, message, load, source, chunk, level, detail.';
