-- A source is leased as a chunk is: the same columns, the same rules.
alter table loader.source rename column planner to worker;
alter table loader.source rename column planner_pid to backend_pid;
alter table loader.source rename column plan_token to lease_token;
alter table loader.source rename column planned_until to leased_until;
alter table loader.source add column backend_start timestamptz;
comment on column loader.source.worker is 'Worker that plans it, or planned it.';
comment on column loader.source.backend_pid is 'Server process of that worker.';
comment on column loader.source.lease_token is 'Token of the lease; nobody else has one as long as it is planned.';
comment on column loader.source.leased_until is 'When the lease expires; renewed by heartbeat_source.';
comment on column loader.source.backend_start is 'Start of that process: pids are used again.';

update loader.source set lease_token = null, leased_until = null
where state <> 'planning';
alter table loader.source add constraint source_lease
check ((state = 'planning') = (lease_token is not null and leased_until is not null));
comment on column loader.chunk.leased_until is 'When the lease expires; renewed by heartbeat_chunk.';
comment on constraint source_lease on loader.source is 'Planning means: with a token and an end.';

drop function if exists loader.heartbeat(bigint, bigint, interval);  -- heartbeat_chunk
