-- Lock order, everywhere: load, then source, then chunk by chunk_id.

create table loader.chunk (
    chunk_id bigint generated always as identity primary key,
    load_id bigint not null references loader.load,
    source_id bigint not null references loader.source,
    number integer not null,
    place text,
    weight bigint not null check (weight >= 0),
    first_record bigint not null,
    records bigint not null,
    context bytea,
    locator bytea,
    digest bigint,
    state text not null default 'ready' check (state in ('ready', 'leased', 'done', 'dead')),
    attempt integer not null default 0,
    max_attempts integer not null default 5,
    ready_at timestamptz not null default '-infinity',
    worker text,
    lease_token bigint,
    leased_until timestamptz,
    epoch bigint,
    done_at timestamptz,
    error text,
    unmapped jsonb not null default '{}',
    read bigint not null default 0,
    inserted bigint not null default 0,
    updated bigint not null default 0,
    unchanged bigint not null default 0,
    duplicate bigint not null default 0,
    rejected bigint not null default 0,
    deleted bigint not null default 0,
    filtered bigint not null default 0,
    found jsonb,
    seen text[] not null default '{}',
    nulled jsonb not null default '{}',
    rows jsonb,
    removed bigint not null default 0,
    unique (source_id, number),
    constraint chunk_balance check (read = inserted + updated + removed + unchanged + duplicate + rejected),
    constraint chunk_complete check (state <> 'done' or records = read + filtered),
    constraint chunk_lease check ((state = 'leased') = (lease_token is not null and leased_until is not null))
) with (fillfactor = 70);
comment on table loader.chunk is 'A run of whole records of a source: the unit of work and of accounting.';
comment on column loader.chunk.chunk_id is 'Number of the chunk.';
comment on column loader.chunk.load_id is 'Load it belongs to.';
comment on column loader.chunk.source_id is 'Source it is cut from.';
comment on column loader.chunk.number is 'Place in the source, from 1.';
comment on column loader.chunk.place is 'Where it stands in the source, for people, as in: bytes 0 to 120.';
comment on column loader.chunk.weight is
'How much there is to be read, in the unit of the source: of XML, bytes of the decoded stream.';
comment on column loader.chunk.first_record is 'Number in the source of its first record, from 1.';
comment on column loader.chunk.records is 'Records that planning found in it.';
comment on column loader.chunk.context is
'What stands around its records, without which they cannot be read: of XML the internal DTD and ancestors'' tags.';
comment on column loader.chunk.locator is
'Where its records are read again: only the format of the source understands it. Null once the load is done.';
comment on column loader.chunk.digest is
'By which a worker proves that it reads what was planned: of XML, xxh3-64 of its bytes.';
comment on column loader.chunk.state is
'ready ─▶ leased ─▶ done; leased ─▶ ready when released, failed or expired; leased ─▶ dead; dead ─▶ ready by requeue.';
comment on column loader.chunk.attempt is
'Claims so far; counted on claim, so that a chunk that kills the server ends as dead.';
comment on column loader.chunk.max_attempts is 'Claims after which it ends as dead.';
comment on column loader.chunk.ready_at is 'Not to be claimed before; infinity: its load was given up.';
comment on column loader.chunk.worker is 'Who claimed it last.';
comment on column loader.chunk.lease_token is 'Right to it; a larger token is a newer lease.';
comment on column loader.chunk.leased_until is 'When the lease expires; renewed by heartbeat_chunk.';
comment on column loader.chunk.epoch is 'Epoch of the build its rows went into (replace only).';
comment on column loader.chunk.done_at is 'When its rows were committed.';
comment on column loader.chunk.error is 'What the last failed attempt said.';
comment on column loader.chunk.unmapped is 'Paths in its records that no mapping reads: path, count and an example.';
comment on column loader.chunk.read is 'Records that were judged: all of its records but the filtered.';
comment on column loader.chunk.inserted is 'Records that were not there before the load.';
comment on column loader.chunk.updated is 'Records that replaced an older version.';
comment on column loader.chunk.unchanged is 'Records that were there already, the same.';
comment on column loader.chunk.duplicate is 'Records superseded by another version; provisional until the load ends.';
comment on column loader.chunk.rejected is 'Records that could not be loaded.';
comment on column loader.chunk.deleted is
'Rows removed: the dump no longer holds them, or a delete record names them.';
comment on column loader.chunk.filtered is 'Records that the mapping leaves out on purpose.';
comment on column loader.chunk.rows is
'Rows that it has put into each table of the build, by its name; null: not known.';
comment on column loader.chunk.found is
'Records by entity and rows made of them by table, {"read": {…}, "rows": {…}}; null: not known. See loader.load_gaps.';
comment on column loader.chunk.seen is
'Columns (table.column) that had a value in it, but for those that its worker had told of with another chunk.';
comment on column loader.chunk.nulled is
'Values that on_error: null has made NULL in it, {table.column: number}, and child rows that where left out,
{table: number}.';
comment on column loader.chunk.removed is 'Delete records that deleted a row.';
comment on constraint chunk_balance on loader.chunk is 'Every record that was read is accounted for.';
comment on constraint chunk_complete on loader.chunk is 'A finished chunk accounts for every record that was planned.';
comment on constraint chunk_lease on loader.chunk is 'Leased means: with a token and an end.';

create index chunk_ready on loader.chunk (load_id, (chunk_id + 0)) where state = 'ready';
comment on index loader.chunk_ready is
'The first ready chunk of a load behind a floor, for claim_chunk. The primary key cannot serve an expression.';

create index chunk_leased on loader.chunk (load_id, chunk_id) where state = 'leased';
comment on index loader.chunk_leased is
'Serves loader.reclaim_expired; leased_until is in no index, so that a heartbeat stays a HOT update.';

create index chunk_of_load on loader.chunk (load_id);
comment on index loader.chunk_of_load is 'Serves the views of a load''s progress.';

create table loader.chunk_attempt (
    chunk_id bigint not null references loader.chunk on delete cascade,
    attempt integer not null,
    lease_token bigint not null,
    worker text not null,
    backend_pid integer not null,
    backend_start timestamptz,
    started_at timestamptz not null,
    ended_at timestamptz,
    outcome text check (outcome in ('done', 'released', 'failed', 'expired', 'terminated')),
    error text,
    primary key (chunk_id, attempt)
);
comment on table loader.chunk_attempt is 'Every claim of every chunk: its worker, times and outcome.';
comment on column loader.chunk_attempt.chunk_id is 'The chunk.';
comment on column loader.chunk_attempt.attempt is 'Number of the claim, from 1.';
comment on column loader.chunk_attempt.lease_token is 'Token that the claim gave.';
comment on column loader.chunk_attempt.worker is 'Who claimed.';
comment on column loader.chunk_attempt.backend_pid is
'Server process of the claim: what to end when the worker is frozen.';
comment on column loader.chunk_attempt.backend_start is 'Start of that process: pids are used again.';
comment on column loader.chunk_attempt.started_at is 'When it was claimed.';
comment on column loader.chunk_attempt.ended_at is 'When the attempt ended.';
comment on column loader.chunk_attempt.outcome is 'How it ended.';
comment on column loader.chunk_attempt.error is 'What went wrong.';
