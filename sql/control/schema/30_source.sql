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
    worker text,
    backend_pid integer,
    lease_token bigint,
    leased_until timestamptz,
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
    scanned_at timestamptz,
    series text,
    key_source bigint,
    record_numbers bigint[],
    content text,
    backend_start timestamptz,
    removed bigint not null default 0,
    unique (load_id, name),
    constraint source_balance check (read = inserted + updated + removed + unchanged + duplicate + rejected),
    constraint source_lease check ((state = 'planning') = (lease_token is not null and leased_until is not null))
);
comment on table loader.source is 'One input file of one load.';
comment on column loader.source.source_id is 'Number of the source; root rows carry it as _source.';
comment on column loader.source.load_id is 'Load that reads it.';
comment on column loader.source.dataset is 'Dataset it belongs to.';
comment on column loader.source.name is 'File name without directory (a zip member stands behind an exclamation mark).';
comment on column loader.source.location is 'Where the workers open it.';
comment on column loader.source.format is 'How the file is packed: plain, gzip, bzip2, xz, zstd, zip.';
comment on column loader.source.size is 'Size of the file on disk, in bytes.';
comment on column loader.source.sha256 is
'Digest of the file, or of its first packing that was loaded; known when it is planned.';
comment on column loader.source.snapshot is 'Date of the data: of two versions of a key the later one wins.';
comment on column loader.source.priority is 'Goes before the snapshot when versions conflict; the larger wins.';
comment on column loader.source.entities is 'Entities whose records the file holds.';
comment on column loader.source.chunk_bytes is 'Size of a chunk that planning aims at, in bytes of decoded XML.';
comment on column loader.source.state is
'registered ─▶ planning ─▶ planned; damaged: cut off or corrupt, the records before the damage are planned; failed.';
comment on column loader.source.worker is 'Worker that plans it, or planned it.';
comment on column loader.source.backend_pid is 'Server process of that worker.';
comment on column loader.source.lease_token is 'Token of the lease; nobody else has one as long as it is planned.';
comment on column loader.source.leased_until is 'When the lease expires; renewed by heartbeat_source.';
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
comment on column loader.source.deleted is
'Rows removed: the dump no longer holds them, or a delete record names them.';
comment on column loader.source.filtered is 'Records that the mapping leaves out on purpose.';
comment on column loader.source.scanned_at is 'When the planner was last seen to have read more of the file.';
comment on column loader.source.series is
'What the issues of the file have in common: its name without date and packing (loader.feed_of).';
comment on column loader.source.key_source is
'Source of the series whose number the generated keys carry; null: its own.';
comment on column loader.source.record_numbers is
'Of a replay: number in the series of each of its records; null: their own numbers.';
comment on column loader.source.content is
'Digest of what the file holds, however it is packed; known when it is planned, null: not known, or damaged.';
comment on column loader.source.backend_start is 'Start of that process: pids are used again.';
comment on column loader.source.removed is 'Delete records that deleted a row.';
comment on constraint source_balance on loader.source is 'Every record is accounted for.';
comment on constraint source_lease on loader.source is 'Planning means: with a token and an end.';

create index source_of_series on loader.source (dataset, series);
comment on index loader.source_of_series is
'Serves loader.known_key_source and loader.newer_snapshots: other issues of a file.';
