-- sql/dataset/create/create_stage.sql, mapping 000000000000
select loader.make_schema(
    'removed_latest',
    'removed_latest_stage',
    'Staging tables and procedures of removed_latest, rendered from its mapping.'
);
select loader.note_lost_table(
    'removed_latest',
    'thing',
    'seen',
    'removed_latest_stage.thing_key_log'
);
select loader.note_lost_table(
    'removed_latest',
    'other',
    'seen',
    'removed_latest_stage.other_key_log'
);
-- All objects are created again, except the keys that merges have found unchanged under what this mapping says of their
-- entity.
select loader.drop_objects(
    'removed_latest',
    'removed_latest_stage',
    p_kept => array(
        select t.table_name || '_key_log' from loader.dataset_table as t
        inner join loader.dataset as d on d.dataset = t.dataset
        where
            d.dataset = 'removed_latest'
            and (t.entity, loader.entity_digest(d.mapping_hash, t.entity)) in (
                ('gone_other', '8da6646a4fb68797b32203646d73354826325d64013efb36663f090f429df692'),
                ('gone_thing', 'ab2cbb8b9ec64ead764b38f5a808ea921ffd6e2f4d7a825788185727c3680075'),
                ('other', 'fa6d539fd9cf29493574a094bcd80f3761abcee3127888902331be17a6a8fb03'),
                ('thing', 'd83401f13df6226a1839f9ff43fb06bdb396b743e536167f18715a3466405926')
            )
            and t.is_root
    )
);

-- The server creates no partitioned table while default_tablespace names the tablespace of the database; the default is
-- the same.
select set_config('default_tablespace', '', true) from pg_database as d
inner join pg_tablespace as t on t.oid = d.dattablespace
where d.datname = current_database() and t.spcname = current_setting('default_tablespace');

create table removed_latest_stage.thing (
    _slot integer not null default 0,
    id integer not null,
    name text,
    version integer,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table removed_latest_stage.thing is
'Rows of thing on their way into a merge, one partition per worker.';

create table removed_latest_stage.thing_text (
    _slot integer not null default 0,
    id text,
    name text,
    version text,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table removed_latest_stage.thing_text is
'Rows of thing as text, before loader.stage_chunk validates them.';

create table removed_latest_stage.other (
    _slot integer not null default 0,
    id text not null,
    changed text,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table removed_latest_stage.other is
'Rows of other on their way into a merge, one partition per worker.';

create table removed_latest_stage.other_text (
    _slot integer not null default 0,
    id text,
    changed text,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table removed_latest_stage.other_text is
'Rows of other as text, before loader.stage_chunk validates them.';

create table if not exists removed_latest_stage.thing_key_log (
    chunk_id bigint primary key,
    id integer[] not null,
    record bigint[] not null,
    outcome text not null
);
comment on table removed_latest_stage.thing_key_log is
'Keys that the chunks of merges have read, and the outcome of each:
i inserted, u updated, n unchanged, d duplicate. Kept while it holds a key that was found unchanged.';
comment on column removed_latest_stage.thing_key_log.chunk_id is
'Chunk that read them.';
comment on column removed_latest_stage.thing_key_log.id is
'Keys, by record number.';
comment on column removed_latest_stage.thing_key_log.record is
'Numbers of the records in their source, ascending.';
comment on column removed_latest_stage.thing_key_log.outcome is
'One letter per record.';

create table removed_latest_stage.thing_before (
    load_id bigint not null,
    id integer not null,
    hash uuid not null,
    primary key (load_id, id)
);
comment on table removed_latest_stage.thing_before is
'Hashes of rows from before an open merge, if it may have written them.';
comment on column removed_latest_stage.thing_before.load_id is
'The merge.';
comment on column removed_latest_stage.thing_before.id is
'Key of the row.';
comment on column removed_latest_stage.thing_before.hash is
'Hash that the row had.';

create unlogged table removed_latest_stage.thing_decision (
    id integer not null,
    _chunk bigint,
    _source bigint,
    _record bigint,
    _rec bigint,
    _hash uuid,
    _place bigint,
    _staged boolean not null default false,
    _latest integer,
    _old_latest integer,
    _version integer not null default 1,
    _old_source bigint,
    _old_record bigint,
    _old_hash uuid,
    _old_rank bigint,
    _was_marked boolean not null default false,
    _is_out_of_order boolean not null default false,
    _gone_source bigint,
    _gone_record bigint,
    _gone_place bigint,
    _gone_latest integer,
    _gone_wins boolean not null default false,
    _outcome text
);
comment on table removed_latest_stage.thing_decision is
'What the last merge decided about each thing that differed from its row, or occurred more than once.';
comment on column removed_latest_stage.thing_decision.id is
'Key of the record.';
comment on column removed_latest_stage.thing_decision._chunk is
'Chunk that read the record; null: the dump lacks the row.';
comment on column removed_latest_stage.thing_decision._source is
'Its source.';
comment on column removed_latest_stage.thing_decision._record is
'Its number in the source.';
comment on column removed_latest_stage.thing_decision._rec is
'Both in one number, as in child rows.';
comment on column removed_latest_stage.thing_decision._hash is
'Its hash.';
comment on column removed_latest_stage.thing_decision._place is
'Place of its source in conflict order.';
comment on column removed_latest_stage.thing_decision._staged is
'Whether it was parsed and is in the build; false: it was left out, because it equals its row.';
comment on column removed_latest_stage.thing_decision._version is
'Place among the versions of its key in this load: 1 wins.';
comment on column removed_latest_stage.thing_decision._old_source is
'Source of the row that has the key in the tables.';
comment on column removed_latest_stage.thing_decision._old_record is
'Record of that row.';
comment on column removed_latest_stage.thing_decision._old_hash is
'Hash of that row.';
comment on column removed_latest_stage.thing_decision._old_rank is
'Place in conflict order of the source that wrote or confirmed that row.';
comment on column removed_latest_stage.thing_decision._was_marked is
'Whether that row was marked as deleted.';
comment on column removed_latest_stage.thing_decision._is_out_of_order is
'Whether a newer full snapshot has already decided about the key.';
comment on column removed_latest_stage.thing_decision._outcome is
'i inserted, u updated, n unchanged, d duplicate, g missing, k missing but kept, x withdrawn.';
comment on column removed_latest_stage.thing_decision._gone_source is
'Source of the delete record of an earlier load that wins over its others of this key.';
comment on column removed_latest_stage.thing_decision._gone_record is
'Number of that delete record.';
comment on column removed_latest_stage.thing_decision._gone_place is
'Place of its source in conflict order.';
comment on column removed_latest_stage.thing_decision._gone_wins is
'Whether it wins over this version.';
comment on column removed_latest_stage.thing_decision._gone_latest is
'The value of that delete record that decides between versions.';
comment on column removed_latest_stage.thing_decision._latest is
'Value that decides between versions.';
comment on column removed_latest_stage.thing_decision._old_latest is
'The same value of the row in the tables.';

create unlogged table removed_latest_stage.thing_touched (
    id integer not null,
    _table integer not null
);
comment on table removed_latest_stage.thing_touched is
'Child tables in which the last merge changed rows of a thing.';
comment on column removed_latest_stage.thing_touched.id is
'Key of the record.';
comment on column removed_latest_stage.thing_touched._table is
'Place of the child table among those of the entity.';

create table if not exists removed_latest_stage.other_key_log (
    chunk_id bigint primary key,
    id text[] not null,
    record bigint[] not null,
    outcome text not null
);
comment on table removed_latest_stage.other_key_log is
'Keys that the chunks of merges have read, and the outcome of each:
i inserted, u updated, n unchanged, d duplicate. Kept while it holds a key that was found unchanged.';
comment on column removed_latest_stage.other_key_log.chunk_id is
'Chunk that read them.';
comment on column removed_latest_stage.other_key_log.id is
'Keys, by record number.';
comment on column removed_latest_stage.other_key_log.record is
'Numbers of the records in their source, ascending.';
comment on column removed_latest_stage.other_key_log.outcome is
'One letter per record.';

create table removed_latest_stage.other_before (
    load_id bigint not null,
    id text not null,
    hash uuid not null,
    primary key (load_id, id)
);
comment on table removed_latest_stage.other_before is
'Hashes of rows from before an open merge, if it may have written them.';
comment on column removed_latest_stage.other_before.load_id is
'The merge.';
comment on column removed_latest_stage.other_before.id is
'Key of the row.';
comment on column removed_latest_stage.other_before.hash is
'Hash that the row had.';

create unlogged table removed_latest_stage.other_decision (
    id text not null,
    _chunk bigint,
    _source bigint,
    _record bigint,
    _rec bigint,
    _hash uuid,
    _place bigint,
    _staged boolean not null default false,
    _latest text collate "C",
    _old_latest text collate "C",
    _version integer not null default 1,
    _old_source bigint,
    _old_record bigint,
    _old_hash uuid,
    _old_rank bigint,
    _was_marked boolean not null default false,
    _is_out_of_order boolean not null default false,
    _gone_source bigint,
    _gone_record bigint,
    _gone_place bigint,
    _gone_latest text collate "C",
    _gone_wins boolean not null default false,
    _outcome text
);
comment on table removed_latest_stage.other_decision is
'What the last merge decided about each other that differed from its row, or occurred more than once.';
comment on column removed_latest_stage.other_decision.id is
'Key of the record.';
comment on column removed_latest_stage.other_decision._chunk is
'Chunk that read the record; null: the dump lacks the row.';
comment on column removed_latest_stage.other_decision._source is
'Its source.';
comment on column removed_latest_stage.other_decision._record is
'Its number in the source.';
comment on column removed_latest_stage.other_decision._rec is
'Both in one number, as in child rows.';
comment on column removed_latest_stage.other_decision._hash is
'Its hash.';
comment on column removed_latest_stage.other_decision._place is
'Place of its source in conflict order.';
comment on column removed_latest_stage.other_decision._staged is
'Whether it was parsed and is in the build; false: it was left out, because it equals its row.';
comment on column removed_latest_stage.other_decision._version is
'Place among the versions of its key in this load: 1 wins.';
comment on column removed_latest_stage.other_decision._old_source is
'Source of the row that has the key in the tables.';
comment on column removed_latest_stage.other_decision._old_record is
'Record of that row.';
comment on column removed_latest_stage.other_decision._old_hash is
'Hash of that row.';
comment on column removed_latest_stage.other_decision._old_rank is
'Place in conflict order of the source that wrote or confirmed that row.';
comment on column removed_latest_stage.other_decision._was_marked is
'Whether that row was marked as deleted.';
comment on column removed_latest_stage.other_decision._is_out_of_order is
'Whether a newer full snapshot has already decided about the key.';
comment on column removed_latest_stage.other_decision._outcome is
'i inserted, u updated, n unchanged, d duplicate, g missing, k missing but kept, x withdrawn.';
comment on column removed_latest_stage.other_decision._gone_source is
'Source of the delete record of an earlier load that wins over its others of this key.';
comment on column removed_latest_stage.other_decision._gone_record is
'Number of that delete record.';
comment on column removed_latest_stage.other_decision._gone_place is
'Place of its source in conflict order.';
comment on column removed_latest_stage.other_decision._gone_wins is
'Whether it wins over this version.';
comment on column removed_latest_stage.other_decision._gone_latest is
'The value of that delete record that decides between versions.';
comment on column removed_latest_stage.other_decision._latest is
'Value that decides between versions.';
comment on column removed_latest_stage.other_decision._old_latest is
'The same value of the row in the tables.';

create unlogged table removed_latest_stage.other_touched (
    id text not null,
    _table integer not null
);
comment on table removed_latest_stage.other_touched is
'Child tables in which the last merge changed rows of a other.';
comment on column removed_latest_stage.other_touched.id is
'Key of the record.';
comment on column removed_latest_stage.other_touched._table is
'Place of the child table among those of the entity.';

create unlogged table removed_latest_stage._key_source (
    source integer primary key,
    name text not null,
    snapshot date,
    priority integer not null default 0,
    records bigint,
    keyless bigint
);
comment on table removed_latest_stage._key_source is
'Sources that the last `loader conflicts` has read.';
comment on column removed_latest_stage._key_source.source is
'Place in conflict order, from 1: of two sources, the one with the larger number wins.';
comment on column removed_latest_stage._key_source.name is
'File name without directory.';
comment on column removed_latest_stage._key_source.snapshot is
'Date of the data.';
comment on column removed_latest_stage._key_source.priority is
'Takes precedence over the snapshot date.';
comment on column removed_latest_stage._key_source.records is
'Number of records; null: it was not read to its end.';
comment on column removed_latest_stage._key_source.keyless is
'Number of records without a key, which a load would reject.';

create unlogged table removed_latest_stage.thing_key (
    _source integer not null,
    id integer not null,
    _record bigint not null,
    _hash uuid
);
comment on table removed_latest_stage.thing_key is
'Keys that the last `loader conflicts` has read, one row per record. See loader.overlaps.';
comment on column removed_latest_stage.thing_key._source is
'Number of the source in _key_source.';
comment on column removed_latest_stage.thing_key._hash is
'xxh3-128 of the record; null: there was no row to compare it with.';
create unlogged table removed_latest_stage.thing_key_text (
    _source integer not null,
    id text,
    _record bigint not null,
    _hash uuid
);
comment on table removed_latest_stage.thing_key_text is
'Keys as text, before loader.check_keys validates them.';
comment on column removed_latest_stage.thing_key_text._source is
'Number of the source in _key_source.';

create unlogged table removed_latest_stage.other_key (
    _source integer not null,
    id text not null,
    _record bigint not null,
    _hash uuid
);
comment on table removed_latest_stage.other_key is
'Keys that the last `loader conflicts` has read, one row per record. See loader.overlaps.';
comment on column removed_latest_stage.other_key._source is
'Number of the source in _key_source.';
comment on column removed_latest_stage.other_key._hash is
'xxh3-128 of the record; null: there was no row to compare it with.';
create unlogged table removed_latest_stage.other_key_text (
    _source integer not null,
    id text,
    _record bigint not null,
    _hash uuid
);
comment on table removed_latest_stage.other_key_text is
'Keys as text, before loader.check_keys validates them.';
comment on column removed_latest_stage.other_key_text._source is
'Number of the source in _key_source.';

select loader.comment_staging('removed_latest_stage');
