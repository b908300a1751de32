create unlogged table {{ stage | ident }}._key_source (
    source integer primary key,
    name text not null,
    snapshot date,
    priority integer not null default 0,
    records bigint,
    keyless bigint
);
comment on table {{ stage | ident }}._key_source is
'Sources that the last `loader conflicts` has looked at.';
comment on column {{ stage | ident }}._key_source.source is
'Place in the order of conflicts, from 1: of two sources the one with the larger number goes first.';
comment on column {{ stage | ident }}._key_source.name is
'File name without directory.';
comment on column {{ stage | ident }}._key_source.snapshot is
'Date of the data.';
comment on column {{ stage | ident }}._key_source.priority is
'Goes before the snapshot.';
comment on column {{ stage | ident }}._key_source.records is
'Records that were found; null: it was not read to its end.';
comment on column {{ stage | ident }}._key_source.keyless is
'Those of them that have no key, so that a load would reject them.';
