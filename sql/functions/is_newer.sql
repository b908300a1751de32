create or replace function loader.is_newer(
    p_source bigint,
    p_record bigint,
    p_other_source bigint,
    p_other_record bigint
)
returns boolean
language sql
stable strict parallel safe
set search_path = loader, pg_temp
as $$
    -- Whether record p_record of p_source goes before the other version of its key. Decided by content, never by
    -- arrival: priority, snapshot, source name, digest of the file, record number.
    select (a.priority, coalesce(a.snapshot, '-infinity'), a.name collate "C", coalesce(a.sha256, ''), p_record)
        > (b.priority, coalesce(b.snapshot, '-infinity'), b.name collate "C", coalesce(b.sha256, ''), p_other_record)
    from source as a cross join source as b
    where a.source_id = p_source and b.source_id = p_other_source
$$;
comment on function loader.is_newer(bigint, bigint, bigint, bigint) is
'Whether the first version of a key wins over the second: policy newest.';
