create type loader.piece as (
    number integer,
    first_record bigint,
    records bigint,
    weight bigint,
    place text,
    locator bytea,
    context bytea,
    digest bigint
);
comment on type loader.piece is
'A run of whole records of a source, as a scan has found it; loader.plan_chunk makes a chunk of it.';
comment on column loader.piece.number is 'Place among the pieces of the source, from 1.';
comment on column loader.piece.first_record is 'Number in the source of its first record, from 1.';
comment on column loader.piece.records is 'How many records it has.';
comment on column loader.piece.weight is 'How much there is to be read, in the unit of the source.';
comment on column loader.piece.place is 'Where it stands in the source, for people.';
comment on column loader.piece.locator is
'Where its records are read again: only the format of the source understands it.';
comment on column loader.piece.context is 'What stands around its records, without which they cannot be read.';
comment on column loader.piece.digest is 'By which a worker proves that it reads what was planned.';
