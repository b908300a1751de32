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
'A sample of the versions that lost to another version of their key: up to 100 per entity and load.';
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
