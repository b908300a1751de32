-- What faults a load survives: retries, outages, limits.

-- Retries and outages are counted by their events.
create index event_of_trouble on loader.event (load_id) where kind in ('retried', 'circuit_closed');
comment on index loader.event_of_trouble is
'Serves loader.load_status and loader.worker_status: retries, and times without the server.';
-- Stalls: when planning was last seen to go on.

alter table loader.source add column scanned_at timestamptz;
comment on column loader.source.scanned_at is 'When the planner was last seen to have read more of the file.';

-- Records that are too long to be kept: their length may be beyond that of any value.

alter table loader.reject alter column byte_length type bigint;
comment on column loader.reject.reason is
'Class of the fault: malformed, missing_key, type, repeated, required, check, pattern, enum, range, limit, conflict,
too_large.';
comment on column loader.reject.raw is 'The bytes of the record; of one that is too_large, only the first.';

-- The queue in fixed shares: routines whose parameters have changed.

drop function if exists loader.claim_chunk(bigint, text, interval, bigint, interval, bigint);
drop function if exists loader.plan_and_claim(
    bigint, integer, bigint, bigint, bigint, bigint, bytea, bytea, bytea, bigint, integer, text, integer, interval,
    interval
);
drop function if exists loader.sweep_chunks(bigint, interval, integer, boolean);
drop function if exists loader.has_work(bigint);
comment on column loader.chunk.ready_at is 'Not to be claimed before; infinity: its load was given up.';

-- Group roles that share the work.

create table loader.access_role (
    level text primary key check (level in ('owner', 'worker', 'reader')),
    role_name text not null unique
);
comment on table loader.access_role is 'Group roles that share the work; empty: whoever owns the schema does it all.';
comment on column loader.access_role.level is
'owner: owns everything, loads and publishes; worker: loads chunks of loads that are open; reader: reads.';
comment on column loader.access_role.role_name is 'Name of the group role.';

alter table loader.load alter column started_by set default session_user;
alter table loader.migration alter column applied_by set default session_user;

-- Of loads that ended before, nothing is claimed any more, as of those that end from now on.

update loader.chunk as c
set state = 'ready', lease_token = null, leased_until = null, ready_at = 'infinity'
from loader.load as l
where l.load_id = c.load_id and l.state not in ('open', 'built') and c.state in ('ready', 'leased');
