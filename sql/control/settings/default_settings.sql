create or replace function loader.default_settings()
returns jsonb
language sql
immutable
set search_path = loader, pg_temp
as $$
    -- The settings of a load for which neither its dataset nor a command gives others. Times are in seconds.
    select jsonb_build_object(
        -- default_settings: made by tests/reference.py
        'visibility', 'load',
        'deletes', 'ignore',
        'max_delete_pct', 10,
        'history', 'off',
        'replace_above_pct', 35,
        'foreign_keys', 'report',
        'keep_old', true,
        'max_rejects', jsonb_build_object('share', 0.05, 'count', null),
        'damaged', 'refuse',
        'unmapped', 'report',
        'documents', 'one',
        'internal_subset', 'refuse',
        'snapshot', null,
        'chunk_bytes', 16777216,
        'lease', 120,
        'max_chunk_time', 1800,
        'max_attempts', 5,
        'publish_wait', 600,
        'allow_deletes', false
        -- end
    )
$$;
comment on function loader.default_settings() is 'The default settings of a load.';
