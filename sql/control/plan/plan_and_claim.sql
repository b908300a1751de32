create or replace function loader.plan_and_claim(
    p_source bigint,
    p_piece loader.piece,
    p_max_attempts integer,
    p_worker text,
    p_others integer default 0,
    p_lease interval default null,
    p_max_chunk_time interval default null,
    p_partition integer default null,
    p_partitions integer default null
)
returns table (chunk_id bigint, lease_token bigint)
language plpgsql
security definer
set search_path = loader, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Adds one chunk to the queue, as plan_chunk does, for a planner that has its bytes in memory. The planner gets the
-- lease at once, if at least two chunks are ready for each other worker; otherwise these would soon have nothing to do.
-- p_others: the least number of other workers to assume, beside their sessions, which are counted, too; null: there is
-- none. lease_token is null if the chunk is left to other workers. p_max_attempts, p_lease, p_max_chunk_time: null: the
-- load's. p_partition, p_partitions: as for claim_chunk; only the p_others workers are then taken to work on the same
-- partition.
-- Writes chunk, chunk_attempt. Raises LD002, LD005, LD012, LD013, 22023.
declare
    v_chunk chunk;
    v_others integer;
    v_waiting integer;
begin
    chunk_id := plan_chunk(p_source, p_piece, p_max_attempts);
    select c.* into v_chunk from chunk as c where c.chunk_id = plan_and_claim.chunk_id;
    if p_others is null or p_partitions is not null then
        v_others := coalesce(p_others, 0);
    else
        select greatest(count(*), p_others) into v_others from pg_stat_activity as a
        where a.datname = current_database() and a.application_name like 'loader worker %'
            and a.pid <> pg_backend_pid();
    end if;
    select count(*) into v_waiting from (
        select 1 from chunk as c
        where c.load_id = v_chunk.load_id and c.state = 'ready' and c.chunk_id <> v_chunk.chunk_id
            and in_partition(c.source_id, c.number, p_partition, p_partitions)
        limit 2 * v_others
    ) as w;
    if v_waiting >= 2 * v_others then
        select c.lease_token into lease_token
        from claim_chunk(
            v_chunk.load_id, p_worker, p_lease, v_chunk.chunk_id - 1, p_max_chunk_time, v_chunk.chunk_id,
                p_partition, p_partitions
        ) as c;
    end if;
    return next;
end
$$;
comment on function loader.plan_and_claim(
    bigint, loader.piece, integer, text, integer, interval, interval, integer, integer
) is 'Adds one chunk of a source to the queue and gives it to its planner, unless others need it; returns its lease.';
