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
    -- Whether record p_record of p_source wins over the other version of its key. This is decided by content, never by
    -- arrival: priority, snapshot, source name, digest of the file, record number; with the policy first, the order is
    -- reversed after the priority. If the digest would decide but is not known because the file is still being planned,
    -- neither version wins: it is the same file again, or a merge refuses it. Sources of loads that failed, were
    -- cancelled or rolled back win over nothing. Every source wins over an unknown one, or one of another dataset: such
    -- a row was not loaded from a source of this dataset (forget_origins).
    select coalesce((
        select coalesce(case p_policy
            when 'first' then (a.counts, (a.age).priority, b.rank, d.other, p_other_record)
                > (b.counts, (b.age).priority, a.rank, d.own, d.record)
            else (a.counts, a.rank, d.own, d.record) > (b.counts, b.rank, d.other, p_other_record)
        end, false)
        from source_order as a
        join source_order as b on b.dataset = a.dataset
        cross join lateral (
            select
                coalesce(nullif(a.digest, ''), b.digest) as own, coalesce(nullif(b.digest, ''), a.digest) as other,
                case when a.source_id = b.source_id or a.digest <> '' and b.digest <> '' then p_record end as record
        ) as d
        where a.source_id = p_source and b.source_id = p_other_source
    ), exists (select from source as s where s.source_id = p_source))
$$;
comment on function loader.is_newer(bigint, bigint, bigint, bigint, text) is
'Whether the first of two versions of a key wins, under the policies newest and first.';
