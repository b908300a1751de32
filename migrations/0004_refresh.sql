-- Refreshes that are seen all at once, what they changed, and how conflicts were decided.

alter table loader.load drop constraint load_mode_check;
alter table loader.load add constraint load_mode_check check (mode in ('replace', 'merge', 'rollback'));
comment on column loader.load.mode is
'replace: build new tables and publish them at once; merge: into the tables that are there; rollback: of another load.';

alter table loader.load drop constraint load_state_check;
alter table loader.load add constraint load_state_check
check (state in ('open', 'built', 'done', 'failed', 'cancelled', 'rolled_back'));
comment on column loader.load.state is
'open: plans and works; built: the new tables are complete, not yet published; done, failed, cancelled: ended;
rolled_back: done, and taken back since.';

alter table loader.load
add column visibility text not null default 'chunk' check (visibility in ('load', 'chunk')),
add column complete text[] not null default '{}',
add column changes text check (changes in ('first', 'recorded')),
add column conflicts bigint not null default 0,
add column rolled_back_by bigint references loader.load;
comment on column loader.load.visibility is
'When readers see it: load: all of it at once, at its end; chunk: what a chunk brought as soon as that is done.';
comment on column loader.load.complete is
'Entities of which it read a whole snapshot: what that does not hold is gone, and no older dump brings it back.';
comment on column loader.load.changes is
'first: the tables were empty, all rows are new; recorded: what changed stands in the change tables; null: unknown.';
comment on column loader.load.conflicts is
'Versions of keys that another version went before; a sample stands in loader.conflict.';
comment on column loader.load.rolled_back_by is 'Load that took it back.';

create table loader.conflict (
    load_id bigint not null references loader.load,
    entity text not null,
    key jsonb not null,
    winner_source bigint references loader.source,
    winner_record bigint,
    loser_source bigint not null references loader.source,
    loser_record bigint not null,
    why text not null,
    primary key (load_id, entity, loser_source, loser_record)
);
comment on table loader.conflict is
'A sample of the versions that another version of their key went before: up to 100 of an entity and load.';
comment on column loader.conflict.load_id is 'Load that decided it.';
comment on column loader.conflict.entity is 'Entity of the records.';
comment on column loader.conflict.key is 'The key, by column.';
comment on column loader.conflict.winner_source is
'Source of the version that won; null: a complete newer dump did not hold the key, or all were rejected.';
comment on column loader.conflict.winner_record is 'Number of its record.';
comment on column loader.conflict.loser_source is 'Source of the version that lost.';
comment on column loader.conflict.loser_record is 'Number of its record.';
comment on column loader.conflict.why is
'What decided it: priority, snapshot, source name, digest, later record, absent, or the policy''s column.
Behind the name of a policy that makes one version of several: which of them goes first.';

update loader.load as l set visibility = 'load'
where l.mode = 'replace';

comment on column loader.reject.reason is
'Class of the fault: malformed, missing_key, type, repeated, required, check, pattern, enum, range, limit, conflict.';
