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
    -- arrival: priority, snapshot, source name, digest of the file, record number. Where the digest would decide and is
    -- not known yet, as the file is still being planned, neither goes before the other: it is the same file again, or a
    -- merge refuses it. What a load that failed or was cancelled has left behind goes before nothing.
    select coalesce(
        (
            la.state not in ('failed', 'cancelled'), a.priority, coalesce(a.snapshot, '-infinity'), a.name collate "C",
            coalesce(a.sha256, b.sha256, ''),
            case when a.source_id = b.source_id or a.sha256 <> '' and b.sha256 <> '' then p_record end
        ) > (
            lb.state not in ('failed', 'cancelled'), b.priority, coalesce(b.snapshot, '-infinity'), b.name collate "C",
            coalesce(b.sha256, a.sha256, ''), p_other_record
        ),
        false
    )
    from source as a
    join load as la on la.load_id = a.load_id
    cross join source as b
    join load as lb on lb.load_id = b.load_id
    where a.source_id = p_source and b.source_id = p_other_source
$$;
comment on function loader.is_newer(bigint, bigint, bigint, bigint) is
'Whether the first version of a key wins over the second: policy newest.';
