create or replace function loader.setting_kind(p_name text)
returns text
language sql
immutable
set search_path = loader, pg_temp
as $$
    -- The kind of a setting of a load; null: the name is not a setting. start: used when the load and its sources are
    -- registered. outcome: affects the content of the tables, and never changes while the load is open. limit: what the
    -- load tolerates, or how long it waits; the same command may change it.
    select case
        -- setting_kinds: made by tests/reference.py
        when p_name in (
            'replace_above_pct', 'snapshot', 'chunk_bytes'
        ) then 'start'
        when p_name in (
            'visibility', 'deletes', 'history', 'documents', 'internal_subset'
        ) then 'outcome'
        when p_name in (
            'max_delete_pct', 'foreign_keys', 'keep_old', 'max_rejects', 'damaged', 'unmapped', 'lease',
            'max_chunk_time', 'max_attempts', 'publish_wait', 'allow_deletes'
        ) then 'limit'
        -- end
    end
$$;
comment on function loader.setting_kind(text) is
'What kind of setting of a load a name is: start, outcome or limit; null: no setting.';
