create or replace function loader.setting_kind(p_name text)
returns text
language sql
immutable
set search_path = loader, pg_temp
as $$
    -- What kind of setting of a load a name is; null: none, so that it is something else that was said of the load.
    -- start: used up when the load and its sources are registered. outcome: decides what the tables become, and never
    -- changes while the load is open. limit: what the load bears with, or how long it waits; the same command may change it.
    select case
        when p_name in ('snapshot', 'chunk_bytes', 'replace_above_pct') then 'start'
        when p_name in ('visibility', 'deletes', 'history', 'documents', 'internal_subset') then 'outcome'
        when p_name in (
            'max_rejects', 'damaged', 'unmapped', 'foreign_keys', 'keep_old', 'max_delete_pct', 'allow_deletes',
            'publish_wait', 'lease', 'max_chunk_time', 'max_attempts'
        ) then 'limit'
    end
$$;
comment on function loader.setting_kind(text) is
'What kind of setting of a load a name is: start, outcome or limit; null: no setting.';
