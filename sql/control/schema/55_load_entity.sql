create table loader.load_entity (
    load_id bigint not null references loader.load,
    entity text not null,
    read bigint not null default 0,
    rejected bigint not null default 0,
    without_key bigint not null default 0,
    deleted bigint not null default 0,
    kept bigint not null default 0,
    changes bigint,
    recomposed bigint not null default 0,
    versions bigint,
    seen bigint,
    removed bigint,
    primary key (load_id, entity)
);
comment on table loader.load_entity is 'What a load did for each entity; written when the load ends.';
comment on column loader.load_entity.load_id is 'The load.';
comment on column loader.load_entity.entity is 'The entity.';
comment on column loader.load_entity.read is 'Records of the entity that were judged: all but the filtered.';
comment on column loader.load_entity.rejected is 'How many of them could not be loaded.';
comment on column loader.load_entity.without_key is 'How many of the rejected have no key that can be read.';
comment on column loader.load_entity.deleted is
'Rows removed, or marked as gone: the dump no longer holds them, or sources contradict each other on them.';
comment on column loader.load_entity.kept is
'Rows from before the load that stay because the record with their key was rejected.';
comment on column loader.load_entity.changes is
'Rows that the load has put into the change table of the entity; null: none, or by an older program.';
comment on column loader.load_entity.recomposed is
'Rows that were inserted or updated though the load read no record of their keys: other sources count since.';
comment on column loader.load_entity.versions is
'Versions of the entity that were kept once the load had made rows of them; null: none, or by an older program.';
comment on column loader.load_entity.seen is
'Rows of the key log that the load has left: keys that its chunks found unchanged; null: by an older program.';
comment on column loader.load_entity.removed is
'Delete records of the entity that the load has left, which older versions do not win over.';
