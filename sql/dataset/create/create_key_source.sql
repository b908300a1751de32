create unlogged table {{ stage | ident }}._key_source (
    source integer primary key,
    name text not null,
    snapshot date,
    priority integer not null default 0,
    records bigint,
    keyless bigint
);
comment on table {{ stage | ident }}._key_source is
'Sources that the last `loader conflicts` has read.';
comment on column {{ stage | ident }}._key_source.source is
'Place in conflict order, from 1: of two sources, the one with the larger number wins.';
comment on column {{ stage | ident }}._key_source.name is
'File name without directory.';
comment on column {{ stage | ident }}._key_source.snapshot is
'Date of the data.';
comment on column {{ stage | ident }}._key_source.priority is
'Takes precedence over the snapshot date.';
comment on column {{ stage | ident }}._key_source.records is
'Number of records; null: it was not read to its end.';
comment on column {{ stage | ident }}._key_source.keyless is
'Number of records without a key, which a load would reject.';
