create type loader.source_age as (
    priority integer,
    snapshot date
);
comment on type loader.source_age is
'Priority and date of a source, which decide whether it is older than another; names are not compared.';
comment on column loader.source_age.priority is 'Of its load: the larger one goes before.';
comment on column loader.source_age.snapshot is 'Date of the data; -infinity: it has none.';

create type loader.source_rank as (
    age loader.source_age,
    name text collate "C"
);
comment on type loader.source_rank is 'The conflict order: of two sources the one with the larger rank wins.';
comment on column loader.source_rank.age is 'Priority, then date.';
comment on column loader.source_rank.name is 'File name, by code point. Of one name, the digest of the file decides.';
