-- sql/dataset/create/create_stage.sql, mapping 000000000000
select loader.make_schema(
    'removed',
    'removed_stage',
    'Staging tables and procedures of removed, rendered from its mapping.'
);
select loader.note_lost_table(
    'removed',
    'thing',
    'seen',
    'removed_stage.thing_key_log'
);
-- All objects are created again, except the keys that merges have found unchanged under what this mapping says of their
-- entity.
select loader.drop_objects(
    'removed',
    'removed_stage',
    p_kept => array(
        select t.table_name || '_key_log' from loader.dataset_table as t
        inner join loader.dataset as d on d.dataset = t.dataset
        where
            d.dataset = 'removed'
            and (t.entity, loader.entity_digest(d.mapping_hash, t.entity)) in (
                ('gone', 'b56e4d02aece0cef95b5a7c319596008b16ec1f78370b9a9474695912cd5a265'),
                ('thing', '1d3cfc0be7b9aa471bd43349e33f9103f4e2dd8685e02a7cf83fb128de92aaa2')
            )
            and t.is_root
    )
);

-- The server creates no partitioned table while default_tablespace names the tablespace of the database; the default is
-- the same.
select set_config('default_tablespace', '', true) from pg_database as d
inner join pg_tablespace as t on t.oid = d.dattablespace
where d.datname = current_database() and t.spcname = current_setting('default_tablespace');

create table removed_stage.thing (
    _slot integer not null default 0,
    id integer not null,
    name text,
    size integer,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table removed_stage.thing is
'Rows of thing on their way into a merge, one partition per worker.';

create table removed_stage.thing_text (
    _slot integer not null default 0,
    id text,
    name text,
    size text,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table removed_stage.thing_text is
'Rows of thing as text, before loader.stage_chunk validates them.';

create table removed_stage.thing_part (
    _slot integer not null default 0,
    thing_id integer not null,
    ordinal integer not null,
    label text,
    _rec bigint not null
) partition by list (_slot);
comment on table removed_stage.thing_part is
'Rows of thing_part on their way into a merge, one partition per worker.';

create table removed_stage.thing_part_text (
    _slot integer not null default 0,
    thing_id text,
    ordinal integer not null,
    label text,
    _rec bigint not null
) partition by list (_slot);
comment on table removed_stage.thing_part_text is
'Rows of thing_part as text, before loader.stage_chunk validates them.';

create table if not exists removed_stage.thing_key_log (
    chunk_id bigint primary key,
    id integer[] not null,
    record bigint[] not null,
    outcome text not null
);
comment on table removed_stage.thing_key_log is
'Keys that the chunks of merges have read, and the outcome of each:
i inserted, u updated, n unchanged, d duplicate. Kept while it holds a key that was found unchanged.';
comment on column removed_stage.thing_key_log.chunk_id is
'Chunk that read them.';
comment on column removed_stage.thing_key_log.id is
'Keys, by record number.';
comment on column removed_stage.thing_key_log.record is
'Numbers of the records in their source, ascending.';
comment on column removed_stage.thing_key_log.outcome is
'One letter per record.';

create table removed_stage.thing_before (
    load_id bigint not null,
    id integer not null,
    hash uuid not null,
    primary key (load_id, id)
);
comment on table removed_stage.thing_before is
'Hashes of rows from before an open merge, if it may have written them.';
comment on column removed_stage.thing_before.load_id is
'The merge.';
comment on column removed_stage.thing_before.id is
'Key of the row.';
comment on column removed_stage.thing_before.hash is
'Hash that the row had.';

create unlogged table removed_stage.thing_decision (
    id integer not null,
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
    _gone_source bigint,
    _gone_record bigint,
    _gone_place bigint,
    _gone_wins boolean not null default false,
    _outcome text
);
comment on table removed_stage.thing_decision is
'What the last merge decided about each thing that differed from its row, or occurred more than once.';
comment on column removed_stage.thing_decision.id is
'Key of the record.';
comment on column removed_stage.thing_decision._chunk is
'Chunk that read the record; null: the dump lacks the row.';
comment on column removed_stage.thing_decision._source is
'Its source.';
comment on column removed_stage.thing_decision._record is
'Its number in the source.';
comment on column removed_stage.thing_decision._rec is
'Both in one number, as in child rows.';
comment on column removed_stage.thing_decision._hash is
'Its hash.';
comment on column removed_stage.thing_decision._place is
'Place of its source in conflict order.';
comment on column removed_stage.thing_decision._staged is
'Whether it was parsed and is in the build; false: it was left out, because it equals its row.';
comment on column removed_stage.thing_decision._version is
'Place among the versions of its key in this load: 1 wins.';
comment on column removed_stage.thing_decision._old_source is
'Source of the row that has the key in the tables.';
comment on column removed_stage.thing_decision._old_record is
'Record of that row.';
comment on column removed_stage.thing_decision._old_hash is
'Hash of that row.';
comment on column removed_stage.thing_decision._old_rank is
'Place in conflict order of the source that wrote or confirmed that row.';
comment on column removed_stage.thing_decision._was_marked is
'Whether that row was marked as deleted.';
comment on column removed_stage.thing_decision._is_out_of_order is
'Whether a newer full snapshot has already decided about the key.';
comment on column removed_stage.thing_decision._outcome is
'i inserted, u updated, n unchanged, d duplicate, g missing, k missing but kept, x withdrawn.';
comment on column removed_stage.thing_decision._gone_source is
'Source of the delete record of an earlier load that wins over its others of this key.';
comment on column removed_stage.thing_decision._gone_record is
'Number of that delete record.';
comment on column removed_stage.thing_decision._gone_place is
'Place of its source in conflict order.';
comment on column removed_stage.thing_decision._gone_wins is
'Whether it wins over this version.';

create unlogged table removed_stage.thing_touched (
    id integer not null,
    _table integer not null
);
comment on table removed_stage.thing_touched is
'Child tables in which the last merge changed rows of a thing.';
comment on column removed_stage.thing_touched.id is
'Key of the record.';
comment on column removed_stage.thing_touched._table is
'Place of the child table among those of the entity.';

create unlogged table removed_stage._key_source (
    source integer primary key,
    name text not null,
    snapshot date,
    priority integer not null default 0,
    records bigint,
    keyless bigint
);
comment on table removed_stage._key_source is
'Sources that the last `loader conflicts` has read.';
comment on column removed_stage._key_source.source is
'Place in conflict order, from 1: of two sources, the one with the larger number wins.';
comment on column removed_stage._key_source.name is
'File name without directory.';
comment on column removed_stage._key_source.snapshot is
'Date of the data.';
comment on column removed_stage._key_source.priority is
'Takes precedence over the snapshot date.';
comment on column removed_stage._key_source.records is
'Number of records; null: it was not read to its end.';
comment on column removed_stage._key_source.keyless is
'Number of records without a key, which a load would reject.';

create unlogged table removed_stage.thing_key (
    _source integer not null,
    id integer not null,
    _record bigint not null,
    _hash uuid
);
comment on table removed_stage.thing_key is
'Keys that the last `loader conflicts` has read, one row per record. See loader.overlaps.';
comment on column removed_stage.thing_key._source is
'Number of the source in _key_source.';
comment on column removed_stage.thing_key._hash is
'xxh3-128 of the record; null: there was no row to compare it with.';
create unlogged table removed_stage.thing_key_text (
    _source integer not null,
    id text,
    _record bigint not null,
    _hash uuid
);
comment on table removed_stage.thing_key_text is
'Keys as text, before loader.check_keys validates them.';
comment on column removed_stage.thing_key_text._source is
'Number of the source in _key_source.';

select loader.comment_staging('removed_stage');
