-- sql/dataset/create/create_stage.sql, mapping 000000000000
select loader.make_schema(
    'marked',
    'marked_stage',
    'Staging tables and procedures of marked, rendered from its mapping.'
);
select loader.note_lost_table(
    'marked',
    'thing',
    'seen',
    'marked_stage.thing_key_log'
);
select loader.note_lost_table(
    'marked',
    'bare',
    'seen',
    'marked_stage.bare_key_log'
);
-- All objects are created again, except the keys that merges have found unchanged under what this mapping says of their
-- entity.
select loader.drop_objects(
    'marked',
    'marked_stage',
    p_kept => array(
        select t.table_name || '_key_log' from loader.dataset_table as t
        inner join loader.dataset as d on d.dataset = t.dataset
        where
            d.dataset = 'marked'
            and (t.entity, loader.entity_digest(d.mapping_hash, t.entity)) in (
                ('bare', '0201dc9b7facba349503ec771c0fcb68512c6239c16f97b89cd320fcb6da6137'),
                ('thing', 'e628cc176bddf48a6fa05d2feadb60ef0d5ac7bf2b8f693d60829d2e48839f8b')
            )
            and t.is_root
    )
);

-- The server creates no partitioned table while default_tablespace names the tablespace of the database; the default is
-- the same.
select set_config('default_tablespace', '', true) from pg_database as d
inner join pg_tablespace as t on t.oid = d.dattablespace
where d.datname = current_database() and t.spcname = current_setting('default_tablespace');

create table marked_stage.thing (
    _slot integer not null default 0,
    number integer not null,
    name text,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table marked_stage.thing is
'Rows of thing on their way into a merge, one partition per worker.';

create table marked_stage.thing_text (
    _slot integer not null default 0,
    number text,
    name text,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table marked_stage.thing_text is
'Rows of thing as text, before loader.stage_chunk validates them.';

create table marked_stage.thing_part (
    _slot integer not null default 0,
    thing_number integer not null,
    ordinal integer not null,
    label text,
    _rec bigint not null
) partition by list (_slot);
comment on table marked_stage.thing_part is
'Rows of thing_part on their way into a merge, one partition per worker.';

create table marked_stage.thing_part_text (
    _slot integer not null default 0,
    thing_number text,
    ordinal integer not null,
    label text,
    _rec bigint not null
) partition by list (_slot);
comment on table marked_stage.thing_part_text is
'Rows of thing_part as text, before loader.stage_chunk validates them.';

create table marked_stage.bare (
    _slot integer not null default 0,
    code text not null,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table marked_stage.bare is
'Rows of bare on their way into a merge, one partition per worker.';

create table marked_stage.bare_text (
    _slot integer not null default 0,
    code text,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table marked_stage.bare_text is
'Rows of bare as text, before loader.stage_chunk validates them.';

create table if not exists marked_stage.thing_key_log (
    chunk_id bigint primary key,
    number integer[] not null,
    record bigint[] not null,
    outcome text not null
);
comment on table marked_stage.thing_key_log is
'Keys that the chunks of merges have read, and the outcome of each:
i inserted, u updated, n unchanged, d duplicate. Kept while it holds a key that was found unchanged.';
comment on column marked_stage.thing_key_log.chunk_id is
'Chunk that read them.';
comment on column marked_stage.thing_key_log.number is
'Keys, by record number.';
comment on column marked_stage.thing_key_log.record is
'Numbers of the records in their source, ascending.';
comment on column marked_stage.thing_key_log.outcome is
'One letter per record.';

create table marked_stage.thing_before (
    load_id bigint not null,
    number integer not null,
    hash uuid not null,
    primary key (load_id, number)
);
comment on table marked_stage.thing_before is
'Hashes of rows from before an open merge, if it may have written them.';
comment on column marked_stage.thing_before.load_id is
'The merge.';
comment on column marked_stage.thing_before.number is
'Key of the row.';
comment on column marked_stage.thing_before.hash is
'Hash that the row had.';

create unlogged table marked_stage.thing_decision (
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
comment on table marked_stage.thing_decision is
'What the last merge decided about each thing that differed from its row, or occurred more than once.';
comment on column marked_stage.thing_decision.number is
'Key of the record.';
comment on column marked_stage.thing_decision._chunk is
'Chunk that read the record; null: the dump lacks the row.';
comment on column marked_stage.thing_decision._source is
'Its source.';
comment on column marked_stage.thing_decision._record is
'Its number in the source.';
comment on column marked_stage.thing_decision._rec is
'Both in one number, as in child rows.';
comment on column marked_stage.thing_decision._hash is
'Its hash.';
comment on column marked_stage.thing_decision._place is
'Place of its source in conflict order.';
comment on column marked_stage.thing_decision._staged is
'Whether it was parsed and is in the build; false: it was left out, because it equals its row.';
comment on column marked_stage.thing_decision._version is
'Place among the versions of its key in this load: 1 wins.';
comment on column marked_stage.thing_decision._old_source is
'Source of the row that has the key in the tables.';
comment on column marked_stage.thing_decision._old_record is
'Record of that row.';
comment on column marked_stage.thing_decision._old_hash is
'Hash of that row.';
comment on column marked_stage.thing_decision._old_rank is
'Place in conflict order of the source that wrote or confirmed that row.';
comment on column marked_stage.thing_decision._was_marked is
'Whether that row was marked as deleted.';
comment on column marked_stage.thing_decision._is_out_of_order is
'Whether a newer full snapshot has already decided about the key.';
comment on column marked_stage.thing_decision._outcome is
'i inserted, u updated, n unchanged, d duplicate, g missing, k missing but kept, x withdrawn.';

create unlogged table marked_stage.thing_touched (
    number integer not null,
    _table integer not null
);
comment on table marked_stage.thing_touched is
'Child tables in which the last merge changed rows of a thing.';
comment on column marked_stage.thing_touched.number is
'Key of the record.';
comment on column marked_stage.thing_touched._table is
'Place of the child table among those of the entity.';

create table if not exists marked_stage.bare_key_log (
    chunk_id bigint primary key,
    code text[] not null,
    record bigint[] not null,
    outcome text not null
);
comment on table marked_stage.bare_key_log is
'Keys that the chunks of merges have read, and the outcome of each:
i inserted, u updated, n unchanged, d duplicate. Kept while it holds a key that was found unchanged.';
comment on column marked_stage.bare_key_log.chunk_id is
'Chunk that read them.';
comment on column marked_stage.bare_key_log.code is
'Keys, by record number.';
comment on column marked_stage.bare_key_log.record is
'Numbers of the records in their source, ascending.';
comment on column marked_stage.bare_key_log.outcome is
'One letter per record.';

create table marked_stage.bare_before (
    load_id bigint not null,
    code text not null,
    hash uuid not null,
    primary key (load_id, code)
);
comment on table marked_stage.bare_before is
'Hashes of rows from before an open merge, if it may have written them.';
comment on column marked_stage.bare_before.load_id is
'The merge.';
comment on column marked_stage.bare_before.code is
'Key of the row.';
comment on column marked_stage.bare_before.hash is
'Hash that the row had.';

create unlogged table marked_stage.bare_decision (
    code text not null,
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
comment on table marked_stage.bare_decision is
'What the last merge decided about each bare that differed from its row, or occurred more than once.';
comment on column marked_stage.bare_decision.code is
'Key of the record.';
comment on column marked_stage.bare_decision._chunk is
'Chunk that read the record; null: the dump lacks the row.';
comment on column marked_stage.bare_decision._source is
'Its source.';
comment on column marked_stage.bare_decision._record is
'Its number in the source.';
comment on column marked_stage.bare_decision._rec is
'Both in one number, as in child rows.';
comment on column marked_stage.bare_decision._hash is
'Its hash.';
comment on column marked_stage.bare_decision._place is
'Place of its source in conflict order.';
comment on column marked_stage.bare_decision._staged is
'Whether it was parsed and is in the build; false: it was left out, because it equals its row.';
comment on column marked_stage.bare_decision._version is
'Place among the versions of its key in this load: 1 wins.';
comment on column marked_stage.bare_decision._old_source is
'Source of the row that has the key in the tables.';
comment on column marked_stage.bare_decision._old_record is
'Record of that row.';
comment on column marked_stage.bare_decision._old_hash is
'Hash of that row.';
comment on column marked_stage.bare_decision._old_rank is
'Place in conflict order of the source that wrote or confirmed that row.';
comment on column marked_stage.bare_decision._was_marked is
'Whether that row was marked as deleted.';
comment on column marked_stage.bare_decision._is_out_of_order is
'Whether a newer full snapshot has already decided about the key.';
comment on column marked_stage.bare_decision._outcome is
'i inserted, u updated, n unchanged, d duplicate, g missing, k missing but kept, x withdrawn.';

create unlogged table marked_stage.bare_touched (
    code text not null,
    _table integer not null
);
comment on table marked_stage.bare_touched is
'Child tables in which the last merge changed rows of a bare.';
comment on column marked_stage.bare_touched.code is
'Key of the record.';
comment on column marked_stage.bare_touched._table is
'Place of the child table among those of the entity.';

create unlogged table marked_stage._key_source (
    source integer primary key,
    name text not null,
    snapshot date,
    priority integer not null default 0,
    records bigint,
    keyless bigint
);
comment on table marked_stage._key_source is
'Sources that the last `loader conflicts` has read.';
comment on column marked_stage._key_source.source is
'Place in conflict order, from 1: of two sources, the one with the larger number wins.';
comment on column marked_stage._key_source.name is
'File name without directory.';
comment on column marked_stage._key_source.snapshot is
'Date of the data.';
comment on column marked_stage._key_source.priority is
'Takes precedence over the snapshot date.';
comment on column marked_stage._key_source.records is
'Number of records; null: it was not read to its end.';
comment on column marked_stage._key_source.keyless is
'Number of records without a key, which a load would reject.';

create unlogged table marked_stage.thing_key (
    _source integer not null,
    number integer not null,
    _record bigint not null,
    _hash uuid
);
comment on table marked_stage.thing_key is
'Keys that the last `loader conflicts` has read, one row per record. See loader.overlaps.';
comment on column marked_stage.thing_key._source is
'Number of the source in _key_source.';
comment on column marked_stage.thing_key._hash is
'xxh3-128 of the record; null: there was no row to compare it with.';
create unlogged table marked_stage.thing_key_text (
    _source integer not null,
    number text,
    _record bigint not null,
    _hash uuid
);
comment on table marked_stage.thing_key_text is
'Keys as text, before loader.check_keys validates them.';
comment on column marked_stage.thing_key_text._source is
'Number of the source in _key_source.';

create unlogged table marked_stage.bare_key (
    _source integer not null,
    code text not null,
    _record bigint not null,
    _hash uuid
);
comment on table marked_stage.bare_key is
'Keys that the last `loader conflicts` has read, one row per record. See loader.overlaps.';
comment on column marked_stage.bare_key._source is
'Number of the source in _key_source.';
comment on column marked_stage.bare_key._hash is
'xxh3-128 of the record; null: there was no row to compare it with.';
create unlogged table marked_stage.bare_key_text (
    _source integer not null,
    code text,
    _record bigint not null,
    _hash uuid
);
comment on table marked_stage.bare_key_text is
'Keys as text, before loader.check_keys validates them.';
comment on column marked_stage.bare_key_text._source is
'Number of the source in _key_source.';

select loader.comment_staging('marked_stage');
