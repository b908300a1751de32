-- The control schema of dumploader: what was asked, what was done, what could not be loaded.
--
-- A *load* is one run over a set of *sources* (files). Planning cuts a source into *chunks*, runs of whole records.
-- Workers claim chunks, COPY their rows into staging and merge them; one transaction holds the rows and the chunk's
-- `done`, so there is no moment in which data and manifest disagree. A record that cannot be loaded becomes a *reject*,
-- and for every chunk, source and load the balance holds:
--
--     read = inserted + updated + unchanged + duplicate + rejected
--
-- A chunk's states, each arrow one routine:
--
--     plan_chunk ─▶ ready ── claim_chunk ─▶ leased ── merge_chunk ─▶ done
--                     ▲                       │
--                     ├── release_chunk ──────┤
--                     ├── fail_chunk ─────────┤ attempts left: again at ready_at
--                     ├── sweep_chunks ───────┘ lease expired
--                     └── requeue_chunk ── dead ◀── attempts used up, or an error that trying again cannot mend
--
-- Lock order, everywhere: load, then source, then chunk by chunk_id. Errors of our own have SQLSTATEs LD001-LD0xx;
-- loader.error_code lists them.

create schema if not exists loader;
revoke all on schema loader from public;
comment on schema loader is
'Control schema of dumploader: manifest, queue, rejects and the routines that work on them.';

create sequence loader.lease_token as bigint;
comment on sequence loader.lease_token is
'Source of lease tokens: the newer lease has the larger token.';

create table loader.migration (
    version integer primary key,
    name text not null,
    sha256 text not null,
    applied_at timestamptz not null default now(),
    applied_by text not null default current_user
);
comment on table loader.migration is
'Schema changes that were applied; row 0 is the set of routines, which is replaced as a whole when it changes.';
comment on column loader.migration.version is 'Number of the file in migrations/; 0 for the routines.';
comment on column loader.migration.name is 'File name, without directory.';
comment on column loader.migration.sha256 is 'Digest of the file as it was applied; an edited file is refused.';
comment on column loader.migration.applied_at is 'When it was applied.';
comment on column loader.migration.applied_by is 'Role that applied it.';

create table loader.dataset (
    dataset text primary key,
    target_schema text not null,
    stage_schema text not null,
    build_schema text not null,
    old_schema text not null,
    mapping jsonb not null,
    mapping_hash text not null,
    settings jsonb not null default '{}',
    rendered_hash text not null default '',
    loaded_hash text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
comment on table loader.dataset is 'A named mapping and the schemas it owns.';
comment on column loader.dataset.dataset is 'Name of the dataset, for example discogs.';
comment on column loader.dataset.target_schema is 'Schema that users query.';
comment on column loader.dataset.stage_schema is 'Schema of staging tables and rendered procedures.';
comment on column loader.dataset.build_schema is 'Schema of the next version while a replace runs.';
comment on column loader.dataset.old_schema is 'Schema that keeps the version before the last publication.';
comment on column loader.dataset.mapping is 'The mapping in its canonical form.';
comment on column loader.dataset.mapping_hash is 'Digest of the mapping in its canonical form.';
comment on column loader.dataset.settings is
'Settings that the routines read: foreign_keys, keep_old, max_rejects, damaged, publish_wait.';
comment on column loader.dataset.rendered_hash is 'Digest of the rendered procedures that are installed.';
comment on column loader.dataset.loaded_hash is 'Mapping under which the target was last loaded; null: never.';
comment on column loader.dataset.created_at is 'When the dataset was registered.';
comment on column loader.dataset.updated_at is 'When its mapping was last registered.';

create table loader.dataset_table (
    dataset text not null references loader.dataset on delete cascade,
    table_name text not null,
    entity text not null,
    position integer not null,
    is_root boolean not null,
    key_columns text[] not null,
    primary key (dataset, table_name)
);
comment on table loader.dataset_table is 'Tables of a dataset, parents before their children.';
comment on column loader.dataset_table.dataset is 'The dataset.';
comment on column loader.dataset_table.table_name is 'Name of the table in the target schema.';
comment on column loader.dataset_table.entity is 'Entity whose records fill the table.';
comment on column loader.dataset_table.position is 'Order of creation: a parent stands before its children.';
comment on column loader.dataset_table.is_root is 'Whether this is the root table of its entity.';
comment on column loader.dataset_table.key_columns is 'Primary key, the root key first.';

create table loader.dataset_reference (
    dataset text not null references loader.dataset on delete cascade,
    table_name text not null,
    column_names text[] not null,
    references_table text not null,
    references_columns text[] not null,
    primary key (dataset, table_name, column_names, references_table)
);
comment on table loader.dataset_reference is
'References between the tables of a dataset, child to root included; loader.check_references counts what dangles.';
comment on column loader.dataset_reference.dataset is 'The dataset.';
comment on column loader.dataset_reference.table_name is 'Table that refers.';
comment on column loader.dataset_reference.column_names is 'Columns that refer.';
comment on column loader.dataset_reference.references_table is 'Table referred to.';
comment on column loader.dataset_reference.references_columns is 'Columns referred to.';

create table loader.mapping_version (
    mapping_hash text primary key,
    dataset text not null references loader.dataset on delete cascade,
    mapping jsonb not null,
    created_at timestamptz not null default now()
);
comment on table loader.mapping_version is 'Every mapping that a dataset ever had, to show what a new one changes.';
comment on column loader.mapping_version.mapping_hash is 'Digest of the mapping in its canonical form.';
comment on column loader.mapping_version.dataset is 'The dataset.';
comment on column loader.mapping_version.mapping is 'The mapping in its canonical form.';
comment on column loader.mapping_version.created_at is 'When it was registered first.';

create table loader.load (
    load_id bigint generated always as identity primary key,
    dataset text not null references loader.dataset,
    mode text not null check (mode in ('replace', 'merge')),
    state text not null default 'open' check (state in ('open', 'built', 'done', 'failed', 'cancelled')),
    mapping_hash text not null,
    epoch bigint not null default 1,
    resolved boolean not null default false,
    built_xid xid8,
    options jsonb not null default '{}',
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    started_by text not null default current_user,
    error text,
    read bigint not null default 0,
    inserted bigint not null default 0,
    updated bigint not null default 0,
    unchanged bigint not null default 0,
    duplicate bigint not null default 0,
    rejected bigint not null default 0,
    deleted bigint not null default 0,
    filtered bigint not null default 0,
    constraint load_balance check (read = inserted + updated + unchanged + duplicate + rejected)
);
comment on table loader.load is 'One run over a set of sources.';
comment on column loader.load.load_id is 'Number of the load.';
comment on column loader.load.dataset is 'Dataset that is loaded.';
comment on column loader.load.mode is
'replace: build new tables and publish them at once; merge: into the tables that are there.';
comment on column loader.load.state is
'open: plans and works; built: the new tables are complete, not yet published; done, failed, cancelled: ended.';
comment on column loader.load.mapping_hash is 'Mapping in force when the load began.';
comment on column loader.load.epoch is
'What the canary of the build schema must say; it grows each time the build is begun anew after a server crash.';
comment on column loader.load.resolved is 'Whether the losers among the roots of the build were removed.';
comment on column loader.load.built_xid is
'Transaction of the last rewrite; who reads an older snapshot would see no rows.';
comment on column loader.load.options is 'What the person asked for: snapshot, priority, chunk size and so on.';
comment on column loader.load.started_at is 'When the load began.';
comment on column loader.load.finished_at is 'When it ended; null while open.';
comment on column loader.load.started_by is 'Role that began it.';
comment on column loader.load.error is 'Why it failed.';
comment on column loader.load.read is 'Records read; set when the load ends, as are the counts below.';
comment on column loader.load.inserted is 'Records that were not there before the load.';
comment on column loader.load.updated is 'Records that replaced an older version.';
comment on column loader.load.unchanged is 'Records that were there already, the same.';
comment on column loader.load.duplicate is 'Records superseded by another version of their key.';
comment on column loader.load.rejected is 'Records that could not be loaded.';
comment on column loader.load.deleted is 'Records removed because the dump no longer holds them.';
comment on column loader.load.filtered is 'Records that the mapping leaves out on purpose.';
comment on constraint load_balance on loader.load is 'Every record is accounted for.';

create unique index load_one_open on loader.load (dataset) where state in ('open', 'built');
comment on index loader.load_one_open is 'One open load a dataset; loader.start_load finds it.';

create table loader.source (
    source_id bigint generated always as identity primary key,
    load_id bigint not null references loader.load,
    dataset text not null references loader.dataset,
    name text not null,
    location text not null,
    format text not null default 'plain',
    size bigint not null,
    sha256 text,
    snapshot date,
    priority integer not null default 0,
    entities text[] not null default '{}',
    chunk_bytes integer not null default 16777216 check (chunk_bytes > 0),
    state text not null default 'registered'
    check (state in ('registered', 'planning', 'planned', 'damaged', 'failed')),
    planner text,
    planner_pid integer,
    plan_token bigint,
    planned_until timestamptz,
    scanned bigint not null default 0,
    decoded_bytes bigint,
    records bigint,
    transcoded_from text,
    other jsonb not null default '{}',
    damage_offset bigint,
    error text,
    read bigint not null default 0,
    inserted bigint not null default 0,
    updated bigint not null default 0,
    unchanged bigint not null default 0,
    duplicate bigint not null default 0,
    rejected bigint not null default 0,
    deleted bigint not null default 0,
    filtered bigint not null default 0,
    unique (load_id, name),
    constraint source_balance check (read = inserted + updated + unchanged + duplicate + rejected)
);
comment on table loader.source is 'One input file of one load.';
comment on column loader.source.source_id is 'Number of the source; root rows carry it as _source.';
comment on column loader.source.load_id is 'Load that reads it.';
comment on column loader.source.dataset is 'Dataset it belongs to.';
comment on column loader.source.name is 'File name without directory (a zip member stands behind an exclamation mark).';
comment on column loader.source.location is 'Where the workers open it.';
comment on column loader.source.format is 'How the file is packed: plain, gzip, bzip2, xz, zstd, zip.';
comment on column loader.source.size is 'Size of the file on disk, in bytes.';
comment on column loader.source.sha256 is 'Digest of the file; known when it is planned.';
comment on column loader.source.snapshot is 'Date of the data: of two versions of a key the later one wins.';
comment on column loader.source.priority is 'Goes before the snapshot when versions conflict; the larger wins.';
comment on column loader.source.entities is 'Entities whose records the file holds.';
comment on column loader.source.chunk_bytes is 'Size of a chunk that planning aims at, in bytes of decoded XML.';
comment on column loader.source.state is
'registered ─▶ planning ─▶ planned; damaged: cut off or corrupt, the records before the damage are planned; failed.';
comment on column loader.source.planner is 'Worker that plans it.';
comment on column loader.source.planner_pid is 'Server process of the planner.';
comment on column loader.source.plan_token is 'Lease token of the planner.';
comment on column loader.source.planned_until is 'Until when the planner has it.';
comment on column loader.source.scanned is 'Bytes of the file read by the planner so far.';
comment on column loader.source.decoded_bytes is 'Size of the decoded stream, in bytes; known when it is planned.';
comment on column loader.source.records is 'Records that planning found.';
comment on column loader.source.transcoded_from is 'Encoding of the file when offsets are those of a UTF-8 transcript.';
comment on column loader.source.other is 'Elements between the records that no mapping reads: path, count, example.';
comment on column loader.source.damage_offset is 'Where the damage is, in the decoded stream.';
comment on column loader.source.error is 'What is wrong with the file.';
comment on column loader.source.read is 'Records read; set when the load ends, as are the counts below.';
comment on column loader.source.inserted is 'Records that were not there before the load.';
comment on column loader.source.updated is 'Records that replaced an older version.';
comment on column loader.source.unchanged is 'Records that were there already, the same.';
comment on column loader.source.duplicate is 'Records superseded by another version of their key.';
comment on column loader.source.rejected is 'Records that could not be loaded.';
comment on column loader.source.deleted is 'Records removed because the dump no longer holds them.';
comment on column loader.source.filtered is 'Records that the mapping leaves out on purpose.';
comment on constraint source_balance on loader.source is 'Every record is accounted for.';

-- Lock order, everywhere: load, then source, then chunk by chunk_id.

create table loader.chunk (
    chunk_id bigint generated always as identity primary key,
    load_id bigint not null references loader.load,
    source_id bigint not null references loader.source,
    number integer not null,
    start_byte bigint not null,
    end_byte bigint not null,
    first_record bigint not null,
    records bigint not null,
    prefix bytea not null default '',
    suffix bytea not null default '',
    seek bytea,
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
    unique (source_id, number),
    constraint chunk_balance check (read = inserted + updated + unchanged + duplicate + rejected),
    constraint chunk_complete check (state <> 'done' or records = read + filtered),
    constraint chunk_lease check ((state = 'leased') = (lease_token is not null and leased_until is not null))
) with (fillfactor = 70);
comment on table loader.chunk is 'A run of whole records inside one source: the unit of work, and its account.';
comment on column loader.chunk.chunk_id is 'Number of the chunk.';
comment on column loader.chunk.load_id is 'Load it belongs to.';
comment on column loader.chunk.source_id is 'Source it is cut from.';
comment on column loader.chunk.number is 'Place in the source, from 1.';
comment on column loader.chunk.start_byte is 'First byte, in the decoded stream.';
comment on column loader.chunk.end_byte is 'Byte behind the last, in the decoded stream.';
comment on column loader.chunk.first_record is 'Number in the source of its first record, from 1.';
comment on column loader.chunk.records is 'Records that planning found in it.';
comment on column loader.chunk.prefix is
'What a parser needs before the records: internal DTD, ancestors'' start tags.';
comment on column loader.chunk.suffix is 'What a parser needs behind the records: ancestors'' end tags.';
comment on column loader.chunk.seek is 'Where to enter the packed file, with the state the unpacker needs there.';
comment on column loader.chunk.digest is 'xxh3-64 of its bytes: a worker proves that it reads what was planned.';
comment on column loader.chunk.state is
'ready ─▶ leased ─▶ done; leased ─▶ ready when released, failed or expired; leased ─▶ dead; dead ─▶ ready by requeue.';
comment on column loader.chunk.attempt is
'Claims so far; counted on claim, so that a chunk that kills the server ends as dead.';
comment on column loader.chunk.max_attempts is 'Claims after which it ends as dead.';
comment on column loader.chunk.ready_at is 'Not to be claimed before.';
comment on column loader.chunk.worker is 'Who claimed it last.';
comment on column loader.chunk.lease_token is 'Right to it; a larger token is a newer lease.';
comment on column loader.chunk.leased_until is 'When the lease expires; renewed by heartbeat.';
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
comment on column loader.chunk.deleted is 'Records removed because the dump no longer holds them.';
comment on column loader.chunk.filtered is 'Records that the mapping leaves out on purpose.';
comment on constraint chunk_balance on loader.chunk is 'Every record that was read is accounted for.';
comment on constraint chunk_complete on loader.chunk is 'A finished chunk accounts for every record that was planned.';
comment on constraint chunk_lease on loader.chunk is 'Leased means: with a token and an end.';

create index chunk_ready on loader.chunk (load_id, chunk_id) where state = 'ready';
comment on index loader.chunk_ready is 'Serves loader.claim_chunk: the first ready chunk of a load behind a floor.';

create index chunk_leased on loader.chunk (load_id, chunk_id) where state = 'leased';
comment on index loader.chunk_leased is
'Serves loader.sweep_chunks; leased_until is in no index, so that a heartbeat stays a HOT update.';

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
comment on table loader.chunk_attempt is 'Every claim of every chunk: who, when, how it ended.';
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

create type loader.chunk_counts as (
    inserted bigint,
    updated bigint,
    unchanged bigint,
    duplicate bigint
);
comment on type loader.chunk_counts is 'What a merge did with the records that it was given.';
comment on column loader.chunk_counts.inserted is 'Records that were not there before.';
comment on column loader.chunk_counts.updated is 'Records that replaced an older version.';
comment on column loader.chunk_counts.unchanged is 'Records that were there already, the same.';
comment on column loader.chunk_counts.duplicate is 'Records superseded by another version.';

create table loader.reject (
    reject_id bigint generated always as identity primary key,
    load_id bigint not null references loader.load,
    source_id bigint not null references loader.source,
    chunk_id bigint references loader.chunk on delete set null,
    entity text not null,
    record bigint not null,
    byte_offset bigint,
    byte_length integer,
    reason text not null,
    table_name text,
    column_name text,
    value text,
    message text not null,
    raw bytea,
    state text not null default 'open' check (state in ('open', 'replayed')),
    replayed_by bigint references loader.load,
    created_at timestamptz not null default now()
);
comment on table loader.reject is 'Records that could not be loaded, with their bytes, place and reason.';
comment on column loader.reject.reject_id is 'Number of the reject.';
comment on column loader.reject.load_id is 'Load that read it.';
comment on column loader.reject.source_id is 'Source that holds it.';
comment on column loader.reject.chunk_id is 'Chunk that read it.';
comment on column loader.reject.entity is 'Entity of the record.';
comment on column loader.reject.record is 'Number of the record in its source, from 1.';
comment on column loader.reject.byte_offset is 'First byte of the record in the decoded stream.';
comment on column loader.reject.byte_length is 'Length of the record, in bytes.';
comment on column loader.reject.reason is
'Class of the fault: malformed, missing_key, type, repeated, required, check, pattern, enum, range, limit.';
comment on column loader.reject.table_name is 'Table whose row could not be made.';
comment on column loader.reject.column_name is 'Column whose value is at fault.';
comment on column loader.reject.value is 'The value at fault.';
comment on column loader.reject.message is 'What is wrong, in a sentence.';
comment on column loader.reject.raw is 'The bytes of the record.';
comment on column loader.reject.state is 'open, or replayed: loaded later, mended.';
comment on column loader.reject.replayed_by is 'Load that loaded the mended record.';
comment on column loader.reject.created_at is 'When it was rejected.';

create index reject_of_chunk on loader.reject (chunk_id);
comment on index loader.reject_of_chunk is 'Serves loader.merge_chunk, which counts the rejects of its chunk.';
create index reject_of_load on loader.reject (load_id, reject_id);
comment on index loader.reject_of_load is 'Serves listing and exporting the rejects of a load.';

create table loader.event (
    event_id bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    level text not null default 'info' check (level in ('info', 'warning', 'error', 'critical')),
    kind text not null,
    dataset text,
    load_id bigint,
    source_id bigint,
    chunk_id bigint,
    message text not null,
    detail jsonb not null default '{}'
);
comment on table loader.event is 'What happened, in order, for people and for monitoring.';
comment on column loader.event.event_id is 'Number of the event.';
comment on column loader.event.at is 'When it happened.';
comment on column loader.event.level is 'info, warning, error, critical.';
comment on column loader.event.kind is 'Short name of the event, for example load_started.';
comment on column loader.event.dataset is 'Dataset it is about.';
comment on column loader.event.load_id is 'Load it is about.';
comment on column loader.event.source_id is 'Source it is about.';
comment on column loader.event.chunk_id is 'Chunk it is about.';
comment on column loader.event.message is 'One sentence.';
comment on column loader.event.detail is 'Figures that belong to it.';

create index event_of_load on loader.event (load_id, event_id);
comment on index loader.event_of_load is 'Serves the story of one load.';
