-- sql/dataset/create/create_stage.sql, mapping 000000000000
select loader.make_schema(
    'plain',
    'plain_stage',
    'Staging tables and procedures of plain, rendered from its mapping.'
);
select loader.note_lost_table(
    'plain',
    'thing',
    'seen',
    'plain_stage.thing_key_log'
);
-- Made anew, all but what merges under this mapping have noted as unchanged.
select loader.drop_objects(
    'plain',
    'plain_stage',
    p_kept => array(
        select t.table_name || '_key_log' from loader.dataset_table as t
        inner join loader.dataset as d on d.dataset = t.dataset
        where
            d.dataset = 'plain'
            and d.mapping_hash = '0000000000000000000000000000000000000000000000000000000000000000'
            and t.is_root
    )
);

create table plain_stage.thing (
    _slot integer not null default 0,
    place text not null,
    number integer not null,
    name text,
    made date,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table plain_stage.thing is
'Rows of thing on their way into a merge, a partition a worker.';

create table plain_stage.thing_text (
    _slot integer not null default 0,
    place text,
    number text,
    name text,
    made text,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table plain_stage.thing_text is
'Rows of thing as text, before loader.stage_chunk judges them.';

create table plain_stage.thing_part (
    _slot integer not null default 0,
    thing_place text not null,
    thing_number integer not null,
    ordinal integer not null,
    label text,
    weight numeric,
    _rec bigint not null
) partition by list (_slot);
comment on table plain_stage.thing_part is
'Rows of thing_part on their way into a merge, a partition a worker.';

create table plain_stage.thing_part_text (
    _slot integer not null default 0,
    thing_place text,
    thing_number text,
    ordinal integer not null,
    label text,
    weight text,
    _rec bigint not null
) partition by list (_slot);
comment on table plain_stage.thing_part_text is
'Rows of thing_part as text, before loader.stage_chunk judges them.';

create table plain_stage.thing_part_mark (
    _slot integer not null default 0,
    thing_place text not null,
    thing_number integer not null,
    part_ordinal integer not null,
    ordinal integer not null,
    _rec bigint not null
) partition by list (_slot);
comment on table plain_stage.thing_part_mark is
'Rows of thing_part_mark on their way into a merge, a partition a worker.';

create table plain_stage.thing_part_mark_text (
    _slot integer not null default 0,
    thing_place text,
    thing_number text,
    part_ordinal integer not null,
    ordinal integer not null,
    _rec bigint not null
) partition by list (_slot);
comment on table plain_stage.thing_part_mark_text is
'Rows of thing_part_mark as text, before loader.stage_chunk judges them.';

create table if not exists plain_stage.thing_key_log (
    chunk_id bigint primary key,
    place text[] not null,
    number integer[] not null,
    record bigint[] not null,
    outcome text not null
);
comment on table plain_stage.thing_key_log is
'Keys that the chunks of merges have read, and what became of each:
i inserted, u updated, n unchanged, d duplicate. Kept while it holds a key that was found unchanged.';
comment on column plain_stage.thing_key_log.chunk_id is
'Chunk that read them.';
comment on column plain_stage.thing_key_log.place is
'Keys, by record number.';
comment on column plain_stage.thing_key_log.number is
'Keys, by record number.';
comment on column plain_stage.thing_key_log.record is
'Numbers of the records in their source, ascending.';
comment on column plain_stage.thing_key_log.outcome is
'A letter a record.';

create table plain_stage.thing_before (
    load_id bigint not null,
    place text not null,
    number integer not null,
    hash uuid not null,
    primary key (load_id, place, number)
);
comment on table plain_stage.thing_before is
'Hashes of rows from before an open merge, for those that it may have written.';
comment on column plain_stage.thing_before.load_id is
'The merge.';
comment on column plain_stage.thing_before.place is
'Key of the row.';
comment on column plain_stage.thing_before.number is
'Key of the row.';
comment on column plain_stage.thing_before.hash is
'Hash that the row had.';

create unlogged table plain_stage.thing_decision (
    place text not null,
    number integer not null,
    _chunk bigint,
    _source bigint,
    _record bigint,
    _rec bigint,
    _hash uuid,
    _place bigint,
    _staged boolean not null default false,
    _version integer not null default 1,
    _old_source bigint,
    _old_record bigint,
    _old_hash uuid,
    _old_rank bigint,
    _was_marked boolean not null default false,
    _is_out_of_order boolean not null default false,
    _outcome text
);
comment on table plain_stage.thing_decision is
'What the last merge decided about each thing that was not as it is in the tables, or came more than once.';
comment on column plain_stage.thing_decision.place is
'Key of the record.';
comment on column plain_stage.thing_decision.number is
'Key of the record.';
comment on column plain_stage.thing_decision._chunk is
'Chunk that read the record; null: the row is gone from the dump.';
comment on column plain_stage.thing_decision._source is
'Its source.';
comment on column plain_stage.thing_decision._record is
'Its number in the source.';
comment on column plain_stage.thing_decision._rec is
'Both in one number, as children carry it.';
comment on column plain_stage.thing_decision._hash is
'Its hash.';
comment on column plain_stage.thing_decision._place is
'Place of its source in conflict order.';
comment on column plain_stage.thing_decision._staged is
'Whether it was parsed and stands in the build; false: it was left out, as it equals its row.';
comment on column plain_stage.thing_decision._version is
'Place among the versions of its key in this load: 1 wins.';
comment on column plain_stage.thing_decision._old_source is
'Source of the row that has the key in the tables.';
comment on column plain_stage.thing_decision._old_record is
'Record of that row.';
comment on column plain_stage.thing_decision._old_hash is
'Hash of that row.';
comment on column plain_stage.thing_decision._old_rank is
'Place in conflict order of what that row was written or confirmed by.';
comment on column plain_stage.thing_decision._was_marked is
'Whether that row was marked as gone.';
comment on column plain_stage.thing_decision._is_out_of_order is
'Whether a whole newer dump has decided about the key before.';
comment on column plain_stage.thing_decision._outcome is
'i inserted, u updated, n unchanged, d duplicate, g gone, k kept though gone, x taken back.';

create unlogged table plain_stage.thing_touched (
    place text not null,
    number integer not null,
    _table integer not null
);
comment on table plain_stage.thing_touched is
'Child tables in which the last merge changed rows of a thing.';
comment on column plain_stage.thing_touched.place is
'Key of the record.';
comment on column plain_stage.thing_touched.number is
'Key of the record.';
comment on column plain_stage.thing_touched._table is
'Place of the child table among those of the entity.';

create unlogged table plain_stage._key_source (
    source integer primary key,
    name text not null,
    snapshot date,
    priority integer not null default 0,
    records bigint,
    keyless bigint
);
comment on table plain_stage._key_source is
'Sources that the last `loader conflicts` has looked at.';
comment on column plain_stage._key_source.source is
'Place in the order of conflicts, from 1: of two sources the one with the larger number goes first.';
comment on column plain_stage._key_source.name is
'File name without directory.';
comment on column plain_stage._key_source.snapshot is
'Date of the data.';
comment on column plain_stage._key_source.priority is
'Goes before the snapshot.';
comment on column plain_stage._key_source.records is
'Records that were found; null: it was not read to its end.';
comment on column plain_stage._key_source.keyless is
'Those of them that have no key, so that a load would reject them.';

create unlogged table plain_stage.thing_key (
    _source integer not null,
    place text not null,
    number integer not null,
    _record bigint not null,
    _hash uuid
);
comment on table plain_stage.thing_key is
'Keys that the last `loader conflicts` has read, a row a record. See loader.overlaps.';
comment on column plain_stage.thing_key._source is
'Number of the source in _key_source.';
comment on column plain_stage.thing_key._hash is
'xxh3-128 of the record; null: there was no row to compare it with.';
create unlogged table plain_stage.thing_key_text (
    _source integer not null,
    place text,
    number text,
    _record bigint not null,
    _hash uuid
);
comment on table plain_stage.thing_key_text is
'Keys as text, before loader.check_keys judges them.';
comment on column plain_stage.thing_key_text._source is
'Number of the source in _key_source.';

select loader.comment_staging('plain_stage');
