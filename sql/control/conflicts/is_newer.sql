create or replace function loader.is_newer(
    p_source bigint,
    p_record bigint,
    p_other_source bigint,
    p_other_record bigint,
    p_policy text default 'newest'
)
returns boolean
language sql
stable strict parallel safe
set search_path = loader, pg_temp
as $$
    -- Whether record p_record of p_source goes before the other version of its key. Decided by content, never by
    -- arrival: priority, snapshot, source name, digest of the file, record number; under the policy first the other way
    -- round behind the priority. Where the digest would decide and is
    -- not known yet, as the file is still being planned, neither goes before the other: it is the same file again, or a
    -- merge refuses it. What a load that failed, was cancelled or rolled back has left behind goes before nothing.
    -- Every source goes before none, or one of another dataset: such a row came by another way (forget_origins).
    select coalesce((
        select coalesce(
            case p_policy
                when 'first' then (
                    v.counts, v.priority, v.other_snapshot, v.other_name collate "C", v.other_sha256, p_other_record
                ) > (v.other_counts, v.other_priority, v.snapshot, v.name collate "C", v.sha256, v.record)
                else (v.counts, v.priority, v.snapshot, v.name collate "C", v.sha256, v.record) > (
                    v.other_counts, v.other_priority, v.other_snapshot, v.other_name collate "C", v.other_sha256,
                    p_other_record
                )
            end,
            false
        )
        from (
            select
                la.state not in ('failed', 'cancelled', 'rolled_back') as counts, a.priority,
                coalesce(a.snapshot, '-infinity') as snapshot, a.name, coalesce(a.sha256, b.sha256, '') as sha256,
                case when a.source_id = b.source_id or a.sha256 <> '' and b.sha256 <> '' then p_record end as record,
                lb.state not in ('failed', 'cancelled', 'rolled_back') as other_counts, b.priority as other_priority,
                coalesce(b.snapshot, '-infinity') as other_snapshot, b.name as other_name,
                coalesce(b.sha256, a.sha256, '') as other_sha256
            from source as a
            join load as la on la.load_id = a.load_id
            join source as b on b.dataset = a.dataset
            join load as lb on lb.load_id = b.load_id
            where a.source_id = p_source and b.source_id = p_other_source
        ) as v
    ), exists (select from source as s where s.source_id = p_source))
$$;
comment on function loader.is_newer(bigint, bigint, bigint, bigint, text) is
'Whether the first version of a key wins over the second: policies newest and first.';
