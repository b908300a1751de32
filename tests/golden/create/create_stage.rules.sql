-- sql/dataset/create/create_stage.sql, mapping 000000000000
select loader.make_schema(
    'rules',
    'rules_stage',
    'Staging tables and procedures of rules, rendered from its mapping.'
);
select loader.note_lost_table(
    'rules',
    'book',
    'seen',
    'rules_stage.book_key_log'
);
select loader.note_lost_table(
    'rules',
    'visit',
    'seen',
    'rules_stage.visit_key_log'
);
-- All objects are created again, except the keys that merges have found unchanged under what this mapping says of their
-- entity.
select loader.drop_objects(
    'rules',
    'rules_stage',
    p_kept => array(
        select t.table_name || '_key_log' from loader.dataset_table as t
        inner join loader.dataset as d on d.dataset = t.dataset
        where
            d.dataset = 'rules'
            and (t.entity, loader.entity_digest(d.mapping_hash, t.entity)) in (
                ('book', 'b4521aef1acf8f1cd7cb599a30e5b433fb669acf68b79587dab9971c67f67cfd'),
                ('visit', '758592dcb1c030422924769cbacb675f357d2cc2536818dea6a98145bfb193ef')
            )
            and t.is_root
    )
);
create extension if not exists btree_gin schema public;

-- The server creates no partitioned table while default_tablespace names the tablespace of the database; the default is
-- the same.
select set_config('default_tablespace', '', true) from pg_database as d
inner join pg_tablespace as t on t.oid = d.dattablespace
where d.datname = current_database() and t.spcname = current_setting('default_tablespace');

create table rules_stage.book (
    _slot integer not null default 0,
    number numeric not null,
    title varchar(200),
    isbn text,
    price numeric,
    binding text,
    years integer[],
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table rules_stage.book is
'Rows of book on their way into a merge, one partition per worker.';

create table rules_stage.book_text (
    _slot integer not null default 0,
    number text,
    title text,
    isbn text,
    price text,
    binding text,
    years text,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table rules_stage.book_text is
'Rows of book as text, before loader.stage_chunk validates them.';

create table rules_stage.book_chapter (
    _slot integer not null default 0,
    book_number numeric not null,
    ordinal integer not null,
    page integer,
    _rec bigint not null
) partition by list (_slot);
comment on table rules_stage.book_chapter is
'Rows of book_chapter on their way into a merge, one partition per worker.';

create table rules_stage.book_chapter_text (
    _slot integer not null default 0,
    book_number text,
    ordinal integer not null,
    page text,
    _rec bigint not null
) partition by list (_slot);
comment on table rules_stage.book_chapter_text is
'Rows of book_chapter as text, before loader.stage_chunk validates them.';

create table rules_stage.visit (
    _slot integer not null default 0,
    number integer not null,
    book_number numeric,
    stars integer,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table rules_stage.visit is
'Rows of visit on their way into a merge, one partition per worker.';

create table rules_stage.visit_text (
    _slot integer not null default 0,
    number text,
    book_number text,
    stars text,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table rules_stage.visit_text is
'Rows of visit as text, before loader.stage_chunk validates them.';

create table if not exists rules_stage.book_key_log (
    chunk_id bigint primary key,
    number numeric[] not null,
    record bigint[] not null,
    outcome text not null
);
comment on table rules_stage.book_key_log is
'Keys that the chunks of merges have read, and the outcome of each:
i inserted, u updated, n unchanged, d duplicate. Kept while it holds a key that was found unchanged.';
comment on column rules_stage.book_key_log.chunk_id is
'Chunk that read them.';
comment on column rules_stage.book_key_log.number is
'Keys, by record number.';
comment on column rules_stage.book_key_log.record is
'Numbers of the records in their source, ascending.';
comment on column rules_stage.book_key_log.outcome is
'One letter per record.';

create table rules_stage.book_before (
    load_id bigint not null,
    number numeric not null,
    hash uuid not null,
    primary key (load_id, number)
);
comment on table rules_stage.book_before is
'Hashes of rows from before an open merge, if it may have written them.';
comment on column rules_stage.book_before.load_id is
'The merge.';
comment on column rules_stage.book_before.number is
'Key of the row.';
comment on column rules_stage.book_before.hash is
'Hash that the row had.';

create unlogged table rules_stage.book_decision (
    number numeric not null,
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
comment on table rules_stage.book_decision is
'What the last merge decided about each book that differed from its row, or occurred more than once.';
comment on column rules_stage.book_decision.number is
'Key of the record.';
comment on column rules_stage.book_decision._chunk is
'Chunk that read the record; null: the dump lacks the row.';
comment on column rules_stage.book_decision._source is
'Its source.';
comment on column rules_stage.book_decision._record is
'Its number in the source.';
comment on column rules_stage.book_decision._rec is
'Both in one number, as in child rows.';
comment on column rules_stage.book_decision._hash is
'Its hash.';
comment on column rules_stage.book_decision._place is
'Place of its source in conflict order.';
comment on column rules_stage.book_decision._staged is
'Whether it was parsed and is in the build; false: it was left out, because it equals its row.';
comment on column rules_stage.book_decision._version is
'Place among the versions of its key in this load: 1 wins.';
comment on column rules_stage.book_decision._old_source is
'Source of the row that has the key in the tables.';
comment on column rules_stage.book_decision._old_record is
'Record of that row.';
comment on column rules_stage.book_decision._old_hash is
'Hash of that row.';
comment on column rules_stage.book_decision._old_rank is
'Place in conflict order of the source that wrote or confirmed that row.';
comment on column rules_stage.book_decision._was_marked is
'Whether that row was marked as deleted.';
comment on column rules_stage.book_decision._is_out_of_order is
'Whether a newer full snapshot has already decided about the key.';
comment on column rules_stage.book_decision._outcome is
'i inserted, u updated, n unchanged, d duplicate, g missing, k missing but kept, x withdrawn.';

create unlogged table rules_stage.book_touched (
    number numeric not null,
    _table integer not null
);
comment on table rules_stage.book_touched is
'Child tables in which the last merge changed rows of a book.';
comment on column rules_stage.book_touched.number is
'Key of the record.';
comment on column rules_stage.book_touched._table is
'Place of the child table among those of the entity.';

create table if not exists rules_stage.visit_key_log (
    chunk_id bigint primary key,
    number integer[] not null,
    record bigint[] not null,
    outcome text not null
);
comment on table rules_stage.visit_key_log is
'Keys that the chunks of merges have read, and the outcome of each:
i inserted, u updated, n unchanged, d duplicate. Kept while it holds a key that was found unchanged.';
comment on column rules_stage.visit_key_log.chunk_id is
'Chunk that read them.';
comment on column rules_stage.visit_key_log.number is
'Keys, by record number.';
comment on column rules_stage.visit_key_log.record is
'Numbers of the records in their source, ascending.';
comment on column rules_stage.visit_key_log.outcome is
'One letter per record.';

create table rules_stage.visit_before (
    load_id bigint not null,
    number integer not null,
    hash uuid not null,
    primary key (load_id, number)
);
comment on table rules_stage.visit_before is
'Hashes of rows from before an open merge, if it may have written them.';
comment on column rules_stage.visit_before.load_id is
'The merge.';
comment on column rules_stage.visit_before.number is
'Key of the row.';
comment on column rules_stage.visit_before.hash is
'Hash that the row had.';

create unlogged table rules_stage.visit_decision (
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
comment on table rules_stage.visit_decision is
'What the last merge decided about each visit that differed from its row, or occurred more than once.';
comment on column rules_stage.visit_decision.number is
'Key of the record.';
comment on column rules_stage.visit_decision._chunk is
'Chunk that read the record; null: the dump lacks the row.';
comment on column rules_stage.visit_decision._source is
'Its source.';
comment on column rules_stage.visit_decision._record is
'Its number in the source.';
comment on column rules_stage.visit_decision._rec is
'Both in one number, as in child rows.';
comment on column rules_stage.visit_decision._hash is
'Its hash.';
comment on column rules_stage.visit_decision._place is
'Place of its source in conflict order.';
comment on column rules_stage.visit_decision._staged is
'Whether it was parsed and is in the build; false: it was left out, because it equals its row.';
comment on column rules_stage.visit_decision._version is
'Place among the versions of its key in this load: 1 wins.';
comment on column rules_stage.visit_decision._old_source is
'Source of the row that has the key in the tables.';
comment on column rules_stage.visit_decision._old_record is
'Record of that row.';
comment on column rules_stage.visit_decision._old_hash is
'Hash of that row.';
comment on column rules_stage.visit_decision._old_rank is
'Place in conflict order of the source that wrote or confirmed that row.';
comment on column rules_stage.visit_decision._was_marked is
'Whether that row was marked as deleted.';
comment on column rules_stage.visit_decision._is_out_of_order is
'Whether a newer full snapshot has already decided about the key.';
comment on column rules_stage.visit_decision._outcome is
'i inserted, u updated, n unchanged, d duplicate, g missing, k missing but kept, x withdrawn.';

create unlogged table rules_stage.visit_touched (
    number integer not null,
    _table integer not null
);
comment on table rules_stage.visit_touched is
'Child tables in which the last merge changed rows of a visit.';
comment on column rules_stage.visit_touched.number is
'Key of the record.';
comment on column rules_stage.visit_touched._table is
'Place of the child table among those of the entity.';

create unlogged table rules_stage._key_source (
    source integer primary key,
    name text not null,
    snapshot date,
    priority integer not null default 0,
    records bigint,
    keyless bigint
);
comment on table rules_stage._key_source is
'Sources that the last `loader conflicts` has read.';
comment on column rules_stage._key_source.source is
'Place in conflict order, from 1: of two sources, the one with the larger number wins.';
comment on column rules_stage._key_source.name is
'File name without directory.';
comment on column rules_stage._key_source.snapshot is
'Date of the data.';
comment on column rules_stage._key_source.priority is
'Takes precedence over the snapshot date.';
comment on column rules_stage._key_source.records is
'Number of records; null: it was not read to its end.';
comment on column rules_stage._key_source.keyless is
'Number of records without a key, which a load would reject.';

create unlogged table rules_stage.book_key (
    _source integer not null,
    number numeric not null,
    _record bigint not null,
    _hash uuid
);
comment on table rules_stage.book_key is
'Keys that the last `loader conflicts` has read, one row per record. See loader.overlaps.';
comment on column rules_stage.book_key._source is
'Number of the source in _key_source.';
comment on column rules_stage.book_key._hash is
'xxh3-128 of the record; null: there was no row to compare it with.';
create unlogged table rules_stage.book_key_text (
    _source integer not null,
    number text,
    _record bigint not null,
    _hash uuid
);
comment on table rules_stage.book_key_text is
'Keys as text, before loader.check_keys validates them.';
comment on column rules_stage.book_key_text._source is
'Number of the source in _key_source.';

create unlogged table rules_stage.visit_key (
    _source integer not null,
    number integer not null,
    _record bigint not null,
    _hash uuid
);
comment on table rules_stage.visit_key is
'Keys that the last `loader conflicts` has read, one row per record. See loader.overlaps.';
comment on column rules_stage.visit_key._source is
'Number of the source in _key_source.';
comment on column rules_stage.visit_key._hash is
'xxh3-128 of the record; null: there was no row to compare it with.';
create unlogged table rules_stage.visit_key_text (
    _source integer not null,
    number text,
    _record bigint not null,
    _hash uuid
);
comment on table rules_stage.visit_key_text is
'Keys as text, before loader.check_keys validates them.';
comment on column rules_stage.visit_key_text._source is
'Number of the source in _key_source.';

select loader.comment_staging('rules_stage');
