create or replace view loader.worker_status as
select
    c.load_id,
    a.worker,
    count(*) filter (where a.outcome = 'done') as done,
    count(*) filter (where a.outcome in ('failed', 'expired', 'terminated')) as failed,
    max(coalesce(a.ended_at, a.started_at)) as last_seen,
    max(a.chunk_id) filter (where a.outcome is null) as chunk_id,
    max(c.leased_until) filter (where a.outcome is null) as leased_until,
    max(a.backend_pid) filter (where a.outcome is null) as backend_pid,
    (
        select coalesce(sum((e.detail ->> 'retries')::bigint), 0)::bigint from loader.event as e
        where e.load_id = c.load_id and e.kind in ('retried', 'circuit_closed') and e.detail ->> 'worker' = a.worker
    ) as retries
from loader.chunk_attempt as a
inner join loader.chunk as c on c.chunk_id = a.chunk_id
group by c.load_id, a.worker;
comment on view loader.worker_status is 'Every worker of every load: what it has done, and which chunk it holds.';
