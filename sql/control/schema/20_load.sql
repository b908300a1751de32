create table loader.load (
    load_id bigint generated always as identity primary key,
    dataset text not null references loader.dataset,
    mode text not null check (mode in ('replace', 'merge', 'rollback')),
    state text not null default 'open'
    check (state in ('open', 'built', 'done', 'failed', 'cancelled', 'rolled_back')),
    mapping_hash text not null,
    epoch bigint not null default 1,
    resolved boolean not null default false,
    built_xid xid8,
    options jsonb not null default '{}',
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    started_by text not null default session_user,
    error text,
    read bigint not null default 0,
    inserted bigint not null default 0,
    updated bigint not null default 0,
    unchanged bigint not null default 0,
    duplicate bigint not null default 0,
    rejected bigint not null default 0,
    deleted bigint not null default 0,
    filtered bigint not null default 0,
    visibility text not null default 'chunk' check (visibility in ('load', 'chunk')),
    complete text[] not null default '{}',
    changes text check (changes in ('first', 'recorded')),
    conflicts bigint not null default 0,
    rolled_back_by bigint references loader.load,
    settings jsonb not null default '{}',
    expected_rows jsonb,
    lost text check (lost in ('values', 'origin')),
    removed bigint not null default 0,
    constraint load_balance check (read = inserted + updated + removed + unchanged + duplicate + rejected)
);
comment on table loader.load is 'One run over a set of sources.';
comment on column loader.load.load_id is 'Number of the load.';
comment on column loader.load.dataset is 'Dataset that is loaded.';
comment on column loader.load.mode is
'replace: build new tables and publish them at once; merge: into the tables that are there; rollback: of another load.';
comment on column loader.load.state is
'open: plans and works; built: the new tables are complete, not yet published; done, failed, cancelled: ended;
rolled_back: done, and taken back since.';
comment on column loader.load.mapping_hash is 'Mapping in force when the load began.';
comment on column loader.load.epoch is
'What the canary of the build schema must say; it grows each time the build is begun anew after a server crash.';
comment on column loader.load.resolved is 'Whether the losers among the roots of the build were removed.';
comment on column loader.load.built_xid is
'Transaction of the last rewrite; who reads an older snapshot would see no rows.';
comment on column loader.load.options is
'What was said when the load was begun: settings for it alone, and facts such as the reason for its mode.';
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
comment on column loader.load.deleted is
'Rows removed: the dump no longer holds them, or a delete record names them.';
comment on column loader.load.filtered is 'Records that the mapping leaves out on purpose.';
comment on column loader.load.visibility is
'When readers see it: load: all of it at once, at its end; chunk: what a chunk brought as soon as that is done.';
comment on column loader.load.complete is
'Entities of which it read a whole snapshot: what that does not hold is gone, and no older dump brings it back.';
comment on column loader.load.changes is
'first: the tables were empty, all rows are new; recorded: what changed stands in the change tables; null: unknown.';
comment on column loader.load.conflicts is
'Versions of keys that another version went before; a sample stands in loader.conflict.';
comment on column loader.load.rolled_back_by is 'Load that took it back.';
comment on column loader.load.expected_rows is
'Rows that each table of the build has to have when it is published, by its name; null: not known.';
comment on column loader.load.settings is
'What it goes by on all hosts: the settings of its dataset when it began, and over them those given for it alone. Its
command may change limits while it is open (loader.setting_kind tells which).';
comment on column loader.load.lost is
'What rows had lost before the next load, as a repair said: values; or origin, as they were restored from elsewhere.';
comment on column loader.load.removed is 'Delete records that deleted a row.';
comment on constraint load_balance on loader.load is 'Every record is accounted for.';

create unique index load_one_open on loader.load (dataset) where state in ('open', 'built');
comment on index loader.load_one_open is 'One open load a dataset; loader.start_load finds it.';
