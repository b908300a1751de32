create or replace function loader.has_work(
    p_load bigint,
    p_partition integer default null,
    p_partitions integer default null,
    p_max_chunk_time interval default null
)
returns boolean
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Whether a load has, or may still get, work for a worker: a source to plan, or a chunk that is ready or leased. First
-- reclaims the leases of vanished workers. p_partition, p_partitions: only of this partition; sources have none,
-- because the first worker that comes plans them. p_max_chunk_time null: the load's. Writes chunk, chunk_attempt,
-- event. Raises 22023.
begin
    perform assert_partition(p_partition, p_partitions);
    perform reclaim_expired(p_load, p_max_chunk_time, p_vanished => true, p_partition => p_partition,
        p_partitions => p_partitions);
    return exists (select 1 from load as l where l.load_id = p_load and l.state = 'open')
        and (
            exists (select 1 from source as s where s.load_id = p_load and s.state in ('registered', 'planning'))
            or exists (
                select 1 from chunk as c
                where c.load_id = p_load and c.state in ('ready', 'leased')
                    and in_partition(c.source_id, c.number, p_partition, p_partitions)
            )
        );
end
$$;
comment on function loader.has_work(bigint, integer, integer, interval) is
'Whether a load has, or may still get, work for a worker.';
