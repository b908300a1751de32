create or replace function loader.note_retries(
    p_load bigint,
    p_chunk bigint,
    p_retries integer,
    p_sqlstate text,
    p_error text
)
returns void
language sql
security definer
set search_path = loader, pg_temp
as $$
    -- Counts the retries of a transaction that a deadlock or the like had undone; called by the same session once the
    -- transaction has ended. loader.load_status and loader.worker_status add them up. Writes event.
    select log_event(
        'retried',
        format(
            '%s retried %s times: %s',
            coalesce('chunk ' || p_chunk, current_setting('application_name')), p_retries, p_error
        ),
        p_load, (select c.source_id from chunk as c where c.chunk_id = p_chunk), p_chunk, 'info',
        jsonb_build_object(
            'retries', p_retries, 'sqlstate', p_sqlstate,
            'worker', regexp_replace(current_setting('application_name'), '^loader worker ', '')
        )
    )
$$;
comment on function loader.note_retries(bigint, bigint, integer, text, text) is
'Counts the retries of a transaction after deadlocks and similar conflicts.';
