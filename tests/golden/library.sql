-- sql/dataset/create/assert_room.sql, mapping 5ccf2b208805
-- Nothing is made where something of others stands: neither dropped nor replaced.
select loader.assert_room(
    'library',
    '{"build": ["_canary", "_canary_pkey", "book", "book_chapter", "book_chapter_note", "book_chapter_note_pkey", "book_chapter_pkey", "book_d322dc21_idx", "book_mark", "book_mark_pkey", "book_pkey", "book_shelf_number_idx", "book_title_idx", "reader", "reader_pkey", "visit", "visit_pkey"], "history": ["book_as_of", "book_change", "book_change_pkey", "book_chapter_as_of", "book_chapter_note_as_of", "book_mark_as_of", "changes", "reader_as_of", "reader_change", "reader_change_pkey", "visit_as_of", "visit_change", "visit_change_pkey"], "stage": ["_key_source", "_key_source_pkey", "alter_target", "apply_book", "apply_reader", "apply_visit", "book", "book_before", "book_before_pkey", "book_chapter", "book_chapter_note", "book_chapter_note_pkey", "book_chapter_note_text", "book_chapter_note_text_pkey", "book_chapter_pkey", "book_chapter_text", "book_chapter_text_pkey", "book_decision", "book_decision_pkey", "book_key", "book_key_log", "book_key_log_pkey", "book_key_pkey", "book_key_text", "book_key_text_pkey", "book_mark", "book_mark_pkey", "book_mark_text", "book_mark_text_pkey", "book_pkey", "book_text", "book_text_pkey", "book_touched", "book_touched_pkey", "build_book", "build_book_chapter", "build_book_chapter_note", "build_book_mark", "build_reader", "build_visit", "carry_book", "carry_reader", "carry_visit", "changed_book", "changed_reader", "changed_visit", "check_keys_book", "check_keys_reader", "check_keys_visit", "correct_book", "correct_reader", "correct_visit", "create_build", "create_history", "create_target", "decide_book", "decide_reader", "decide_visit", "drop_absent_book", "drop_absent_reader", "drop_absent_visit", "kept_book", "kept_reader", "kept_visit", "known_keys_book", "known_keys_reader", "known_keys_visit", "merge_book", "merge_reader", "merge_visit", "missing_book", "missing_reader", "missing_visit", "overlaps_book", "overlaps_reader", "overlaps_visit", "pick_absent_book", "pick_absent_reader", "pick_absent_visit", "pick_undone_book", "pick_undone_reader", "pick_undone_visit", "ranked_book", "ranked_reader", "ranked_visit", "reader", "reader_before", "reader_before_pkey", "reader_decision", "reader_decision_pkey", "reader_key", "reader_key_log", "reader_key_log_pkey", "reader_key_pkey", "reader_key_text", "reader_key_text_pkey", "reader_pkey", "reader_text", "reader_text_pkey", "reader_touched", "reader_touched_pkey", "record_book", "record_reader", "record_visit", "rejected_book", "rejected_reader", "rejected_visit", "repair_book", "repair_reader", "repair_target", "repair_visit", "resolve_book", "resolve_reader", "resolve_visit", "stage_build_book", "stage_build_reader", "stage_build_visit", "stage_merge_book", "stage_merge_reader", "stage_merge_visit", "stale_book", "stale_reader", "stale_visit", "staying_book", "staying_reader", "staying_visit", "store_book", "store_reader", "store_visit", "undecided_book", "undecided_reader", "undecided_visit", "undo_book", "undo_reader", "undo_visit", "unkept_book", "unkept_reader", "unkept_visit", "version_of_book", "version_of_reader", "version_of_visit", "visit", "visit_before", "visit_before_pkey", "visit_decision", "visit_decision_pkey", "visit_key", "visit_key_log", "visit_key_log_pkey", "visit_key_pkey", "visit_key_text", "visit_key_text_pkey", "visit_pkey", "visit_text", "visit_text_pkey", "visit_touched", "visit_touched_pkey"], "target": ["book", "book_chapter", "book_chapter_note", "book_chapter_note_pkey", "book_chapter_pkey", "book_d322dc21_idx", "book_mark", "book_mark_pkey", "book_pkey", "book_shelf_number_idx", "book_title_idx", "reader", "reader_pkey", "visit", "visit_pkey"]}'::jsonb
);

-- sql/dataset/create/create_stage.sql, mapping 5ccf2b208805
select loader.make_schema(
    'library',
    'library_stage',
    'Staging tables and procedures of library, rendered from its mapping.'
);
select loader.note_lost_table(
    'library',
    'book',
    'seen',
    'library_stage.book_key_log'
);
select loader.note_lost_table(
    'library',
    'reader',
    'seen',
    'library_stage.reader_key_log'
);
select loader.note_lost_table(
    'library',
    'visit',
    'seen',
    'library_stage.visit_key_log'
);
-- Made anew, all but what merges under this mapping have noted as unchanged.
select loader.drop_objects(
    'library',
    'library_stage',
    p_kept => array(
        select t.table_name || '_key_log' from loader.dataset_table as t
        inner join loader.dataset as d on d.dataset = t.dataset
        where
            d.dataset = 'library'
            and d.mapping_hash = '5ccf2b208805783000c2ff5fa0c47181aad8c9a3f1b40dc708d20aad7f6b264f'
            and t.is_root
    )
);
create extension if not exists btree_gin schema public;

create table library_stage.book (
    _slot integer not null default 0,
    shelf text not null,
    number integer not null,
    title varchar(200),
    isbn text,
    pages integer,
    price numeric,
    binding text,
    languages text[],
    years integer[],
    bought date,
    lent_at timestamptz,
    "user" text,
    edition bigint,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table library_stage.book is
'Rows of book on their way into a merge, a partition a worker.';

create table library_stage.book_text (
    _slot integer not null default 0,
    shelf text,
    number text,
    title text,
    isbn text,
    pages text,
    price text,
    binding text,
    languages text,
    years text,
    bought text,
    lent_at text,
    "user" text,
    edition text,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table library_stage.book_text is
'Rows of book as text, before loader.stage_chunk judges them.';

create table library_stage.book_chapter (
    _slot integer not null default 0,
    book_shelf text not null,
    book_number integer not null,
    ordinal integer not null,
    title text,
    page integer,
    _rec bigint not null
) partition by list (_slot);
comment on table library_stage.book_chapter is
'Rows of book_chapter on their way into a merge, a partition a worker.';

create table library_stage.book_chapter_text (
    _slot integer not null default 0,
    book_shelf text,
    book_number text,
    ordinal integer not null,
    title text,
    page text,
    _rec bigint not null
) partition by list (_slot);
comment on table library_stage.book_chapter_text is
'Rows of book_chapter as text, before loader.stage_chunk judges them.';

create table library_stage.book_chapter_note (
    _slot integer not null default 0,
    book_shelf text not null,
    book_number integer not null,
    chapter_ordinal integer not null,
    ordinal integer not null,
    note text,
    checked boolean,
    "on" timestamp,
    _rec bigint not null
) partition by list (_slot);
comment on table library_stage.book_chapter_note is
'Rows of book_chapter_note on their way into a merge, a partition a worker.';

create table library_stage.book_chapter_note_text (
    _slot integer not null default 0,
    book_shelf text,
    book_number text,
    chapter_ordinal integer not null,
    ordinal integer not null,
    note text,
    checked text,
    "on" text,
    _rec bigint not null
) partition by list (_slot);
comment on table library_stage.book_chapter_note_text is
'Rows of book_chapter_note as text, before loader.stage_chunk judges them.';

create table library_stage.book_mark (
    _slot integer not null default 0,
    book_shelf text not null,
    book_number integer not null,
    ordinal integer not null,
    _rec bigint not null
) partition by list (_slot);
comment on table library_stage.book_mark is
'Rows of book_mark on their way into a merge, a partition a worker.';

create table library_stage.book_mark_text (
    _slot integer not null default 0,
    book_shelf text,
    book_number text,
    ordinal integer not null,
    _rec bigint not null
) partition by list (_slot);
comment on table library_stage.book_mark_text is
'Rows of book_mark as text, before loader.stage_chunk judges them.';

create table library_stage.reader (
    _slot integer not null default 0,
    id bigint not null,
    name text,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table library_stage.reader is
'Rows of reader on their way into a merge, a partition a worker.';

create table library_stage.reader_text (
    _slot integer not null default 0,
    id text,
    name text,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table library_stage.reader_text is
'Rows of reader as text, before loader.stage_chunk judges them.';

create table library_stage.visit (
    _slot integer not null default 0,
    record_id bigint not null,
    reader_id bigint,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table library_stage.visit is
'Rows of visit on their way into a merge, a partition a worker.';

create table library_stage.visit_text (
    _slot integer not null default 0,
    record_id text,
    reader_id text,
    _source integer not null,
    _record bigint not null,
    _hash uuid not null default gen_random_uuid()
) partition by list (_slot);
comment on table library_stage.visit_text is
'Rows of visit as text, before loader.stage_chunk judges them.';

create table if not exists library_stage.book_key_log (
    chunk_id bigint primary key,
    shelf text[] not null,
    number integer[] not null,
    record bigint[] not null,
    outcome text not null
);
comment on table library_stage.book_key_log is
'Keys that the chunks of merges have read, and what became of each:
i inserted, u updated, n unchanged, d duplicate. Kept while it holds a key that was found unchanged.';
comment on column library_stage.book_key_log.chunk_id is
'Chunk that read them.';
comment on column library_stage.book_key_log.shelf is
'Keys, by record number.';
comment on column library_stage.book_key_log.number is
'Keys, by record number.';
comment on column library_stage.book_key_log.record is
'Numbers of the records in their source, ascending.';
comment on column library_stage.book_key_log.outcome is
'A letter a record.';

create table library_stage.book_before (
    load_id bigint not null,
    shelf text not null,
    number integer not null,
    hash uuid not null,
    primary key (load_id, shelf, number)
);
comment on table library_stage.book_before is
'Hashes of rows from before an open merge, for those that it may have written.';
comment on column library_stage.book_before.load_id is
'The merge.';
comment on column library_stage.book_before.shelf is
'Key of the row.';
comment on column library_stage.book_before.number is
'Key of the row.';
comment on column library_stage.book_before.hash is
'Hash that the row had.';

create unlogged table library_stage.book_decision (
    shelf text not null,
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
comment on table library_stage.book_decision is
'What the last merge decided about each book that was not as it is in the tables, or came more than once.';
comment on column library_stage.book_decision.shelf is
'Key of the record.';
comment on column library_stage.book_decision.number is
'Key of the record.';
comment on column library_stage.book_decision._chunk is
'Chunk that read the record; null: the row is gone from the dump.';
comment on column library_stage.book_decision._source is
'Its source.';
comment on column library_stage.book_decision._record is
'Its number in the source.';
comment on column library_stage.book_decision._rec is
'Both in one number, as children carry it.';
comment on column library_stage.book_decision._hash is
'Its hash.';
comment on column library_stage.book_decision._place is
'Place of its source in conflict order.';
comment on column library_stage.book_decision._staged is
'Whether it was parsed and stands in the build; false: it was left out, as it equals its row.';
comment on column library_stage.book_decision._version is
'Place among the versions of its key in this load: 1 wins.';
comment on column library_stage.book_decision._old_source is
'Source of the row that has the key in the tables.';
comment on column library_stage.book_decision._old_record is
'Record of that row.';
comment on column library_stage.book_decision._old_hash is
'Hash of that row.';
comment on column library_stage.book_decision._old_rank is
'Place in conflict order of what that row was written or confirmed by.';
comment on column library_stage.book_decision._was_marked is
'Whether that row was marked as gone.';
comment on column library_stage.book_decision._is_out_of_order is
'Whether a whole newer dump has decided about the key before.';
comment on column library_stage.book_decision._outcome is
'i inserted, u updated, n unchanged, d duplicate, g gone, k kept though gone, x taken back.';

create unlogged table library_stage.book_touched (
    shelf text not null,
    number integer not null,
    _table integer not null
);
comment on table library_stage.book_touched is
'Child tables in which the last merge changed rows of a book.';
comment on column library_stage.book_touched.shelf is
'Key of the record.';
comment on column library_stage.book_touched.number is
'Key of the record.';
comment on column library_stage.book_touched._table is
'Place of the child table among those of the entity.';

create table if not exists library_stage.reader_key_log (
    chunk_id bigint primary key,
    id bigint[] not null,
    record bigint[] not null,
    outcome text not null
);
comment on table library_stage.reader_key_log is
'Keys that the chunks of merges have read, and what became of each:
i inserted, u updated, n unchanged, d duplicate. Kept while it holds a key that was found unchanged.';
comment on column library_stage.reader_key_log.chunk_id is
'Chunk that read them.';
comment on column library_stage.reader_key_log.id is
'Keys, by record number.';
comment on column library_stage.reader_key_log.record is
'Numbers of the records in their source, ascending.';
comment on column library_stage.reader_key_log.outcome is
'A letter a record.';

create table library_stage.reader_before (
    load_id bigint not null,
    id bigint not null,
    hash uuid not null,
    primary key (load_id, id)
);
comment on table library_stage.reader_before is
'Hashes of rows from before an open merge, for those that it may have written.';
comment on column library_stage.reader_before.load_id is
'The merge.';
comment on column library_stage.reader_before.id is
'Key of the row.';
comment on column library_stage.reader_before.hash is
'Hash that the row had.';

create unlogged table library_stage.reader_decision (
    id bigint not null,
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
comment on table library_stage.reader_decision is
'What the last merge decided about each reader that was not as it is in the tables, or came more than once.';
comment on column library_stage.reader_decision.id is
'Key of the record.';
comment on column library_stage.reader_decision._chunk is
'Chunk that read the record; null: the row is gone from the dump.';
comment on column library_stage.reader_decision._source is
'Its source.';
comment on column library_stage.reader_decision._record is
'Its number in the source.';
comment on column library_stage.reader_decision._rec is
'Both in one number, as children carry it.';
comment on column library_stage.reader_decision._hash is
'Its hash.';
comment on column library_stage.reader_decision._place is
'Place of its source in conflict order.';
comment on column library_stage.reader_decision._staged is
'Whether it was parsed and stands in the build; false: it was left out, as it equals its row.';
comment on column library_stage.reader_decision._version is
'Place among the versions of its key in this load: 1 wins.';
comment on column library_stage.reader_decision._old_source is
'Source of the row that has the key in the tables.';
comment on column library_stage.reader_decision._old_record is
'Record of that row.';
comment on column library_stage.reader_decision._old_hash is
'Hash of that row.';
comment on column library_stage.reader_decision._old_rank is
'Place in conflict order of what that row was written or confirmed by.';
comment on column library_stage.reader_decision._was_marked is
'Whether that row was marked as gone.';
comment on column library_stage.reader_decision._is_out_of_order is
'Whether a whole newer dump has decided about the key before.';
comment on column library_stage.reader_decision._outcome is
'i inserted, u updated, n unchanged, d duplicate, g gone, k kept though gone, x taken back.';

create unlogged table library_stage.reader_touched (
    id bigint not null,
    _table integer not null
);
comment on table library_stage.reader_touched is
'Child tables in which the last merge changed rows of a reader.';
comment on column library_stage.reader_touched.id is
'Key of the record.';
comment on column library_stage.reader_touched._table is
'Place of the child table among those of the entity.';

create table if not exists library_stage.visit_key_log (
    chunk_id bigint primary key,
    record_id bigint[] not null,
    record bigint[] not null,
    outcome text not null
);
comment on table library_stage.visit_key_log is
'Keys that the chunks of merges have read, and what became of each:
i inserted, u updated, n unchanged, d duplicate. Kept while it holds a key that was found unchanged.';
comment on column library_stage.visit_key_log.chunk_id is
'Chunk that read them.';
comment on column library_stage.visit_key_log.record_id is
'Keys, by record number.';
comment on column library_stage.visit_key_log.record is
'Numbers of the records in their source, ascending.';
comment on column library_stage.visit_key_log.outcome is
'A letter a record.';

create table library_stage.visit_before (
    load_id bigint not null,
    record_id bigint not null,
    hash uuid not null,
    primary key (load_id, record_id)
);
comment on table library_stage.visit_before is
'Hashes of rows from before an open merge, for those that it may have written.';
comment on column library_stage.visit_before.load_id is
'The merge.';
comment on column library_stage.visit_before.record_id is
'Key of the row.';
comment on column library_stage.visit_before.hash is
'Hash that the row had.';

create unlogged table library_stage.visit_decision (
    record_id bigint not null,
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
comment on table library_stage.visit_decision is
'What the last merge decided about each visit that was not as it is in the tables, or came more than once.';
comment on column library_stage.visit_decision.record_id is
'Key of the record.';
comment on column library_stage.visit_decision._chunk is
'Chunk that read the record; null: the row is gone from the dump.';
comment on column library_stage.visit_decision._source is
'Its source.';
comment on column library_stage.visit_decision._record is
'Its number in the source.';
comment on column library_stage.visit_decision._rec is
'Both in one number, as children carry it.';
comment on column library_stage.visit_decision._hash is
'Its hash.';
comment on column library_stage.visit_decision._place is
'Place of its source in conflict order.';
comment on column library_stage.visit_decision._staged is
'Whether it was parsed and stands in the build; false: it was left out, as it equals its row.';
comment on column library_stage.visit_decision._version is
'Place among the versions of its key in this load: 1 wins.';
comment on column library_stage.visit_decision._old_source is
'Source of the row that has the key in the tables.';
comment on column library_stage.visit_decision._old_record is
'Record of that row.';
comment on column library_stage.visit_decision._old_hash is
'Hash of that row.';
comment on column library_stage.visit_decision._old_rank is
'Place in conflict order of what that row was written or confirmed by.';
comment on column library_stage.visit_decision._was_marked is
'Whether that row was marked as gone.';
comment on column library_stage.visit_decision._is_out_of_order is
'Whether a whole newer dump has decided about the key before.';
comment on column library_stage.visit_decision._outcome is
'i inserted, u updated, n unchanged, d duplicate, g gone, k kept though gone, x taken back.';

create unlogged table library_stage.visit_touched (
    record_id bigint not null,
    _table integer not null
);
comment on table library_stage.visit_touched is
'Child tables in which the last merge changed rows of a visit.';
comment on column library_stage.visit_touched.record_id is
'Key of the record.';
comment on column library_stage.visit_touched._table is
'Place of the child table among those of the entity.';

create unlogged table library_stage._key_source (
    source integer primary key,
    name text not null,
    snapshot date,
    priority integer not null default 0,
    records bigint,
    keyless bigint
);
comment on table library_stage._key_source is
'Sources that the last `loader conflicts` has looked at.';
comment on column library_stage._key_source.source is
'Place in the order of conflicts, from 1: of two sources the one with the larger number goes first.';
comment on column library_stage._key_source.name is
'File name without directory.';
comment on column library_stage._key_source.snapshot is
'Date of the data.';
comment on column library_stage._key_source.priority is
'Goes before the snapshot.';
comment on column library_stage._key_source.records is
'Records that were found; null: it was not read to its end.';
comment on column library_stage._key_source.keyless is
'Those of them that have no key, so that a load would reject them.';

create unlogged table library_stage.book_key (
    _source integer not null,
    shelf text not null,
    number integer not null,
    _record bigint not null,
    _hash uuid
);
comment on table library_stage.book_key is
'Keys that the last `loader conflicts` has read, a row a record. See loader.overlaps.';
comment on column library_stage.book_key._source is
'Number of the source in _key_source.';
comment on column library_stage.book_key._hash is
'xxh3-128 of the record; null: there was no row to compare it with.';
create unlogged table library_stage.book_key_text (
    _source integer not null,
    shelf text,
    number text,
    _record bigint not null,
    _hash uuid
);
comment on table library_stage.book_key_text is
'Keys as text, before loader.check_keys judges them.';
comment on column library_stage.book_key_text._source is
'Number of the source in _key_source.';

create unlogged table library_stage.reader_key (
    _source integer not null,
    id bigint not null,
    _record bigint not null,
    _hash uuid
);
comment on table library_stage.reader_key is
'Keys that the last `loader conflicts` has read, a row a record. See loader.overlaps.';
comment on column library_stage.reader_key._source is
'Number of the source in _key_source.';
comment on column library_stage.reader_key._hash is
'xxh3-128 of the record; null: there was no row to compare it with.';
create unlogged table library_stage.reader_key_text (
    _source integer not null,
    id text,
    _record bigint not null,
    _hash uuid
);
comment on table library_stage.reader_key_text is
'Keys as text, before loader.check_keys judges them.';
comment on column library_stage.reader_key_text._source is
'Number of the source in _key_source.';

create unlogged table library_stage.visit_key (
    _source integer not null,
    record_id bigint not null,
    _record bigint not null,
    _hash uuid
);
comment on table library_stage.visit_key is
'Keys that the last `loader conflicts` has read, a row a record. See loader.overlaps.';
comment on column library_stage.visit_key._source is
'Number of the source in _key_source.';
comment on column library_stage.visit_key._hash is
'xxh3-128 of the record; null: there was no row to compare it with.';
create unlogged table library_stage.visit_key_text (
    _source integer not null,
    record_id text,
    _record bigint not null,
    _hash uuid
);
comment on table library_stage.visit_key_text is
'Keys as text, before loader.check_keys judges them.';
comment on column library_stage.visit_key_text._source is
'Number of the source in _key_source.';

select loader.comment_staging('library_stage');

-- sql/dataset/create/create_target.sql, mapping 5ccf2b208805
create or replace procedure library_stage.create_target()
language plpgsql
set search_path = pg_catalog, public, pg_temp
set client_min_messages = warning
as $$
-- Makes the tables of library that are not there yet, with keys, indexes and comments.
#variable_conflict use_column
begin
    perform loader.make_schema(
        'library',
        'library',
        'Books and their readers'
    );
    if to_regclass('library.book') is null then
    create table library.book (
        shelf text not null,
        number integer not null,
        title varchar(200),
        isbn text,
        pages integer,
        price numeric,
        binding text,
        languages text[],
        years integer[],
        bought date,
        lent_at timestamptz,
        "user" text,
        edition bigint,
        _source integer not null,
        _record bigint not null,
        _hash uuid not null,
        constraint book_pkey
            primary key (shelf, number)
    );

    create index book_title_idx on library.book
    using btree (
        title
    );
    comment on index library.book_title_idx is
    'Made by the mapping. Serves searches by title';
    create index book_shelf_number_idx on library.book
    using gin (
        shelf, number
    );
    comment on index library.book_shelf_number_idx is
    'Made by the mapping. For searches by parts of the key';
    create index book_d322dc21_idx on library.book
    using btree (
        lower(title)
    );
    comment on index library.book_d322dc21_idx is
    'Made by the mapping. Serves searches by the expression';
    comment on table library.book is
    'A book, in all its copies';
    comment on column library.book.shelf is
    'Letters of the shelf';
    comment on column library.book.number is
    'Key of the record';
    comment on column library.book.title is
    'Title; not the author''s';
    comment on column library.book.isbn is
    'ISBN-10, without hyphens';
    comment on column library.book.pages is
    'From l:pages';
    comment on column library.book.price is
    'From x:price';
    comment on column library.book.binding is
    'From l:binding';
    comment on column library.book.languages is
    'From l:language';
    comment on column library.book.years is
    'From l:year';
    comment on column library.book.bought is
    'From l:bought';
    comment on column library.book.lent_at is
    'From l:lent';
    comment on column library.book."user" is
    'From l:user';
    comment on column library.book.edition is
    'From /l:library/@edition';
    comment on column library.book._source is
    'loader.source that the row came from';
    comment on column library.book._record is
    'Number of the record in its source, from 1';
    comment on column library.book._hash is
    'xxh3-128 of the record, to tell whether it has changed';
    comment on constraint book_pkey on library.book is
    'Table of the dataset library, made by the loader.';
    perform loader.record_objects(
        'library', 'library', array['book']
    );
    end if;
    if to_regclass('library.book_chapter') is null then
    create table library.book_chapter (
        book_shelf text not null,
        book_number integer not null,
        ordinal integer not null,
        title text,
        page integer,
        constraint book_chapter_pkey
            primary key (book_shelf, book_number, ordinal)
    );

    comment on table library.book_chapter is
    'Rows of book';
    comment on column library.book_chapter.book_shelf is
    'Key of book';
    comment on column library.book_chapter.book_number is
    'Key of book';
    comment on column library.book_chapter.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column library.book_chapter.title is
    'From l:title';
    comment on column library.book_chapter.page is
    'From @page';
    comment on constraint book_chapter_pkey on library.book_chapter is
    'Table of the dataset library, made by the loader.';
    perform loader.record_objects(
        'library', 'library', array['book_chapter']
    );
    end if;
    if to_regclass('library.book_chapter_note') is null then
    create table library.book_chapter_note (
        book_shelf text not null,
        book_number integer not null,
        chapter_ordinal integer not null,
        ordinal integer not null,
        note text,
        checked boolean,
        "on" timestamp,
        constraint book_chapter_note_pkey
            primary key (book_shelf, book_number, chapter_ordinal, ordinal)
    );

    comment on table library.book_chapter_note is
    'Notes at the end of a chapter';
    comment on column library.book_chapter_note.book_shelf is
    'Key of book';
    comment on column library.book_chapter_note.book_number is
    'Key of book';
    comment on column library.book_chapter_note.chapter_ordinal is
    'Place of the chapter it belongs to, from 1';
    comment on column library.book_chapter_note.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column library.book_chapter_note.note is
    'The note';
    comment on column library.book_chapter_note.checked is
    'From @checked';
    comment on column library.book_chapter_note."on" is
    'From @on';
    comment on constraint book_chapter_note_pkey on library.book_chapter_note is
    'Table of the dataset library, made by the loader.';
    perform loader.record_objects(
        'library', 'library', array['book_chapter_note']
    );
    end if;
    if to_regclass('library.book_mark') is null then
    create table library.book_mark (
        book_shelf text not null,
        book_number integer not null,
        ordinal integer not null,
        constraint book_mark_pkey
            primary key (book_shelf, book_number, ordinal)
    );

    comment on table library.book_mark is
    'Rows of book';
    comment on column library.book_mark.book_shelf is
    'Key of book';
    comment on column library.book_mark.book_number is
    'Key of book';
    comment on column library.book_mark.ordinal is
    'Place among its siblings in the record, from 1';
    comment on constraint book_mark_pkey on library.book_mark is
    'Table of the dataset library, made by the loader.';
    perform loader.record_objects(
        'library', 'library', array['book_mark']
    );
    end if;
    if to_regclass('library.reader') is null then
    create table library.reader (
        id bigint not null,
        name text,
        _source integer not null,
        _record bigint not null,
        _hash uuid not null,
        constraint reader_pkey
            primary key (id)
    );

    comment on table library.reader is
    'Rows of reader';
    comment on column library.reader.id is
    'Key of the record';
    comment on column library.reader.name is
    'From l:name';
    comment on column library.reader._source is
    'loader.source that the row came from';
    comment on column library.reader._record is
    'Number of the record in its source, from 1';
    comment on column library.reader._hash is
    'xxh3-128 of the record, to tell whether it has changed';
    comment on constraint reader_pkey on library.reader is
    'Table of the dataset library, made by the loader.';
    perform loader.record_objects(
        'library', 'library', array['reader']
    );
    end if;
    if to_regclass('library.visit') is null then
    create table library.visit (
        record_id bigint not null,
        reader_id bigint,
        _source integer not null,
        _record bigint not null,
        _hash uuid not null,
        constraint visit_pkey
            primary key (record_id)
    );

    comment on table library.visit is
    'Rows of visit';
    comment on column library.visit.record_id is
    'The source and the record''s number';
    comment on column library.visit.reader_id is
    'From @reader';
    comment on column library.visit._source is
    'loader.source that the row came from';
    comment on column library.visit._record is
    'Number of the record in its source, from 1';
    comment on column library.visit._hash is
    'xxh3-128 of the record, to tell whether it has changed';
    comment on constraint visit_pkey on library.visit is
    'Table of the dataset library, made by the loader.';
    perform loader.record_objects(
        'library', 'library', array['visit']
    );
    end if;
end
$$;
comment on procedure library_stage.create_target() is
'Makes the tables of library that are not there yet.';

create or replace procedure library_stage.alter_target(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
-- Alters the tables of library that are in use, for a load that is about to merge into them: drops the
-- foreign keys that the loader made, as chunks arrive in any order. Locks all
-- of these tables at once, until the transaction ends: call it last. Raises LD007, LD020.
begin
    perform loader.release_own_foreign_keys(_p_load);
end
$$;
comment on procedure library_stage.alter_target(bigint) is
'Alters the tables of library that are in use, for a load that is about to merge into them.';

-- sql/dataset/repair/repair_target.sql, mapping 5ccf2b208805
create or replace procedure library_stage.repair_target()
language plpgsql
set search_path = pg_catalog, public, pg_temp
set client_min_messages = warning
as $$
-- Makes again what is missing of the tables of library: tables, columns, keys, indexes, comments. A column of a key,
-- or one that tells where a row came from, cannot be made again. Called by loader.repair_tables. Raises LD020.
begin
    call library_stage.create_target();
    if not exists (
        select 1
        from unnest(array[
            'shelf', 'number', '_source', '_record'
        ]) as w (name)
        where not exists (
            select 1 from pg_attribute as a
            where
                a.attrelid = 'library.book'::regclass
                and a.attname = w.name
                and not a.attisdropped
        )
    ) then
        alter table library.book
        add column if not exists title varchar(200);
        alter table library.book
        add column if not exists isbn text;
        alter table library.book
        add column if not exists pages integer;
        alter table library.book
        add column if not exists price numeric;
        alter table library.book
        add column if not exists binding text;
        alter table library.book
        add column if not exists languages text[];
        alter table library.book
        add column if not exists years integer[];
        alter table library.book
        add column if not exists bought date;
        alter table library.book
        add column if not exists lent_at timestamptz;
        alter table library.book
        add column if not exists "user" text;
        alter table library.book
        add column if not exists edition bigint;
        alter table library.book
        add column if not exists _hash uuid not null default loader.unknown_hash();
        alter table library.book
        alter column _hash drop default;
        if not exists (
            select 1 from pg_constraint as k
            where k.conrelid = 'library.book'::regclass and k.contype = 'p'
        ) then
            alter table library.book
            add constraint book_pkey
            primary key (shelf, number);
        end if;
        if to_regclass('library.book_title_idx') is null then
            begin
                create index book_title_idx on library.book
                using btree (
                    title
                );
                comment on index library.book_title_idx is
                'Made by the mapping. Serves searches by title';
            exception
                when program_limit_exceeded or data_exception then
                    perform loader.report_index(
                        'library', 'book',
                        'book_title_idx', sqlerrm
                    );
            end;
        end if;
        if to_regclass('library.book_shelf_number_idx') is null then
            begin
                create index book_shelf_number_idx on library.book
                using gin (
                    shelf, number
                );
                comment on index library.book_shelf_number_idx is
                'Made by the mapping. For searches by parts of the key';
            exception
                when program_limit_exceeded or data_exception then
                    perform loader.report_index(
                        'library', 'book',
                        'book_shelf_number_idx', sqlerrm
                    );
            end;
        end if;
        if to_regclass('library.book_d322dc21_idx') is null then
            begin
                create index book_d322dc21_idx on library.book
                using btree (
                    lower(title)
                );
                comment on index library.book_d322dc21_idx is
                'Made by the mapping. Serves searches by the expression';
            exception
                when program_limit_exceeded or data_exception then
                    perform loader.report_index(
                        'library', 'book',
                        'book_d322dc21_idx', sqlerrm
                    );
            end;
        end if;
        if exists (
            select 1 from pg_constraint as k
            where
                k.conrelid = 'library.book'::regclass
                and k.conname = 'book_pkey'
        ) then
            comment on table library.book is
            'A book, in all its copies';
            comment on column library.book.shelf is
            'Letters of the shelf';
            comment on column library.book.number is
            'Key of the record';
            comment on column library.book.title is
            'Title; not the author''s';
            comment on column library.book.isbn is
            'ISBN-10, without hyphens';
            comment on column library.book.pages is
            'From l:pages';
            comment on column library.book.price is
            'From x:price';
            comment on column library.book.binding is
            'From l:binding';
            comment on column library.book.languages is
            'From l:language';
            comment on column library.book.years is
            'From l:year';
            comment on column library.book.bought is
            'From l:bought';
            comment on column library.book.lent_at is
            'From l:lent';
            comment on column library.book."user" is
            'From l:user';
            comment on column library.book.edition is
            'From /l:library/@edition';
            comment on column library.book._source is
            'loader.source that the row came from';
            comment on column library.book._record is
            'Number of the record in its source, from 1';
            comment on column library.book._hash is
            'xxh3-128 of the record, to tell whether it has changed';
            comment on constraint book_pkey on library.book is
            'Table of the dataset library, made by the loader.';
        end if;
    end if;
    if not exists (
        select 1
        from unnest(array[
            'book_shelf', 'book_number', 'ordinal'
        ]) as w (name)
        where not exists (
            select 1 from pg_attribute as a
            where
                a.attrelid = 'library.book_chapter'::regclass
                and a.attname = w.name
                and not a.attisdropped
        )
    ) then
        alter table library.book_chapter
        add column if not exists title text;
        alter table library.book_chapter
        add column if not exists page integer;
        if not exists (
            select 1 from pg_constraint as k
            where k.conrelid = 'library.book_chapter'::regclass and k.contype = 'p'
        ) then
            alter table library.book_chapter
            add constraint book_chapter_pkey
            primary key (book_shelf, book_number, ordinal);
        end if;
        if exists (
            select 1 from pg_constraint as k
            where
                k.conrelid = 'library.book_chapter'::regclass
                and k.conname = 'book_chapter_pkey'
        ) then
            comment on table library.book_chapter is
            'Rows of book';
            comment on column library.book_chapter.book_shelf is
            'Key of book';
            comment on column library.book_chapter.book_number is
            'Key of book';
            comment on column library.book_chapter.ordinal is
            'Place among its siblings in the record, from 1';
            comment on column library.book_chapter.title is
            'From l:title';
            comment on column library.book_chapter.page is
            'From @page';
            comment on constraint book_chapter_pkey on library.book_chapter is
            'Table of the dataset library, made by the loader.';
        end if;
    end if;
    if not exists (
        select 1
        from unnest(array[
            'book_shelf', 'book_number', 'chapter_ordinal', 'ordinal'
        ]) as w (name)
        where not exists (
            select 1 from pg_attribute as a
            where
                a.attrelid = 'library.book_chapter_note'::regclass
                and a.attname = w.name
                and not a.attisdropped
        )
    ) then
        alter table library.book_chapter_note
        add column if not exists note text;
        alter table library.book_chapter_note
        add column if not exists checked boolean;
        alter table library.book_chapter_note
        add column if not exists "on" timestamp;
        if not exists (
            select 1 from pg_constraint as k
            where k.conrelid = 'library.book_chapter_note'::regclass and k.contype = 'p'
        ) then
            alter table library.book_chapter_note
            add constraint book_chapter_note_pkey
            primary key (book_shelf, book_number, chapter_ordinal, ordinal);
        end if;
        if exists (
            select 1 from pg_constraint as k
            where
                k.conrelid = 'library.book_chapter_note'::regclass
                and k.conname = 'book_chapter_note_pkey'
        ) then
            comment on table library.book_chapter_note is
            'Notes at the end of a chapter';
            comment on column library.book_chapter_note.book_shelf is
            'Key of book';
            comment on column library.book_chapter_note.book_number is
            'Key of book';
            comment on column library.book_chapter_note.chapter_ordinal is
            'Place of the chapter it belongs to, from 1';
            comment on column library.book_chapter_note.ordinal is
            'Place among its siblings in the record, from 1';
            comment on column library.book_chapter_note.note is
            'The note';
            comment on column library.book_chapter_note.checked is
            'From @checked';
            comment on column library.book_chapter_note."on" is
            'From @on';
            comment on constraint book_chapter_note_pkey on library.book_chapter_note is
            'Table of the dataset library, made by the loader.';
        end if;
    end if;
    if not exists (
        select 1
        from unnest(array[
            'book_shelf', 'book_number', 'ordinal'
        ]) as w (name)
        where not exists (
            select 1 from pg_attribute as a
            where
                a.attrelid = 'library.book_mark'::regclass
                and a.attname = w.name
                and not a.attisdropped
        )
    ) then
        if not exists (
            select 1 from pg_constraint as k
            where k.conrelid = 'library.book_mark'::regclass and k.contype = 'p'
        ) then
            alter table library.book_mark
            add constraint book_mark_pkey
            primary key (book_shelf, book_number, ordinal);
        end if;
        if exists (
            select 1 from pg_constraint as k
            where
                k.conrelid = 'library.book_mark'::regclass
                and k.conname = 'book_mark_pkey'
        ) then
            comment on table library.book_mark is
            'Rows of book';
            comment on column library.book_mark.book_shelf is
            'Key of book';
            comment on column library.book_mark.book_number is
            'Key of book';
            comment on column library.book_mark.ordinal is
            'Place among its siblings in the record, from 1';
            comment on constraint book_mark_pkey on library.book_mark is
            'Table of the dataset library, made by the loader.';
        end if;
    end if;
    if not exists (
        select 1
        from unnest(array[
            'id', '_source', '_record'
        ]) as w (name)
        where not exists (
            select 1 from pg_attribute as a
            where
                a.attrelid = 'library.reader'::regclass
                and a.attname = w.name
                and not a.attisdropped
        )
    ) then
        alter table library.reader
        add column if not exists name text;
        alter table library.reader
        add column if not exists _hash uuid not null default loader.unknown_hash();
        alter table library.reader
        alter column _hash drop default;
        if not exists (
            select 1 from pg_constraint as k
            where k.conrelid = 'library.reader'::regclass and k.contype = 'p'
        ) then
            alter table library.reader
            add constraint reader_pkey
            primary key (id);
        end if;
        if exists (
            select 1 from pg_constraint as k
            where
                k.conrelid = 'library.reader'::regclass
                and k.conname = 'reader_pkey'
        ) then
            comment on table library.reader is
            'Rows of reader';
            comment on column library.reader.id is
            'Key of the record';
            comment on column library.reader.name is
            'From l:name';
            comment on column library.reader._source is
            'loader.source that the row came from';
            comment on column library.reader._record is
            'Number of the record in its source, from 1';
            comment on column library.reader._hash is
            'xxh3-128 of the record, to tell whether it has changed';
            comment on constraint reader_pkey on library.reader is
            'Table of the dataset library, made by the loader.';
        end if;
    end if;
    if not exists (
        select 1
        from unnest(array[
            'record_id', '_source', '_record'
        ]) as w (name)
        where not exists (
            select 1 from pg_attribute as a
            where
                a.attrelid = 'library.visit'::regclass
                and a.attname = w.name
                and not a.attisdropped
        )
    ) then
        alter table library.visit
        add column if not exists reader_id bigint;
        alter table library.visit
        add column if not exists _hash uuid not null default loader.unknown_hash();
        alter table library.visit
        alter column _hash drop default;
        if not exists (
            select 1 from pg_constraint as k
            where k.conrelid = 'library.visit'::regclass and k.contype = 'p'
        ) then
            alter table library.visit
            add constraint visit_pkey
            primary key (record_id);
        end if;
        if exists (
            select 1 from pg_constraint as k
            where
                k.conrelid = 'library.visit'::regclass
                and k.conname = 'visit_pkey'
        ) then
            comment on table library.visit is
            'Rows of visit';
            comment on column library.visit.record_id is
            'The source and the record''s number';
            comment on column library.visit.reader_id is
            'From @reader';
            comment on column library.visit._source is
            'loader.source that the row came from';
            comment on column library.visit._record is
            'Number of the record in its source, from 1';
            comment on column library.visit._hash is
            'xxh3-128 of the record, to tell whether it has changed';
            comment on constraint visit_pkey on library.visit is
            'Table of the dataset library, made by the loader.';
        end if;
    end if;
end
$$;
comment on procedure library_stage.repair_target() is
'Makes again what is missing of the tables of library.';

-- sql/dataset/create/create_build.sql, mapping 5ccf2b208805
create or replace procedure library_stage.create_build(_p_epoch bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
-- Makes the build anew: unlogged tables without keys, and the canary that tells whether a server crash has
-- emptied them. What the loader did not make stays.
#variable_conflict use_column
begin
    perform loader.drop_objects('library', 'library_build');
    perform loader.make_schema(
        'library',
        'library_build',
        'The next version of library while a replace runs.'
    );
    create unlogged table library_build._canary as select _p_epoch as epoch;
    comment on table library_build._canary is
    'Holds the epoch of the build; empty after a server crash, as the build is.';
    comment on column library_build._canary.epoch is
    'loader.load.epoch of the load that builds.';
    create unlogged table library_build.book (
        shelf text not null,
        number integer not null,
        title varchar(200),
        isbn text,
        pages integer,
        price numeric,
        binding text,
        languages text[],
        years integer[],
        bought date,
        lent_at timestamptz,
        "user" text,
        edition bigint,
        _source integer not null,
        _record bigint not null,
        _hash uuid not null
    ) with (autovacuum_enabled = false);
    comment on table library_build.book is
    'Table of the dataset library, made by the loader.';
    create unlogged table library_build.book_chapter (
        book_shelf text not null,
        book_number integer not null,
        ordinal integer not null,
        title text,
        page integer,
        _rec bigint not null
    ) with (autovacuum_enabled = false);
    comment on table library_build.book_chapter is
    'Table of the dataset library, made by the loader.';
    create unlogged table library_build.book_chapter_note (
        book_shelf text not null,
        book_number integer not null,
        chapter_ordinal integer not null,
        ordinal integer not null,
        note text,
        checked boolean,
        "on" timestamp,
        _rec bigint not null
    ) with (autovacuum_enabled = false);
    comment on table library_build.book_chapter_note is
    'Table of the dataset library, made by the loader.';
    create unlogged table library_build.book_mark (
        book_shelf text not null,
        book_number integer not null,
        ordinal integer not null,
        _rec bigint not null
    ) with (autovacuum_enabled = false);
    comment on table library_build.book_mark is
    'Table of the dataset library, made by the loader.';
    create unlogged table library_build.reader (
        id bigint not null,
        name text,
        _source integer not null,
        _record bigint not null,
        _hash uuid not null
    ) with (autovacuum_enabled = false);
    comment on table library_build.reader is
    'Table of the dataset library, made by the loader.';
    create unlogged table library_build.visit (
        record_id bigint not null,
        reader_id bigint,
        _source integer not null,
        _record bigint not null,
        _hash uuid not null
    ) with (autovacuum_enabled = false);
    comment on table library_build.visit is
    'Table of the dataset library, made by the loader.';
    perform loader.record_objects(
        'library',
        'library_build',
        array[
            '_canary', 'book', 'book_chapter', 'book_chapter_note', 'book_mark', 'reader', 'visit'
        ]
    );
end
$$;
comment on procedure library_stage.create_build(bigint) is
'Makes the build schema of library anew.';

-- sql/dataset/create/create_history.sql, mapping 5ccf2b208805
create or replace procedure library_stage.create_history()
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
-- Makes the tables that keep what loads of library changed, those that are not there yet. One whose key is
-- not that of the mapping any more begins anew.
#variable_conflict use_column
begin
    perform loader.make_schema(
        'library',
        'library_history',
        'What loads of library changed, and what was there before.'
    );
    perform loader.drop_unless_keyed(
        'library_history.book_change',
        array['load_id', 'shelf', 'number'],
        array['bigint', 'text', 'integer']
    );
    perform loader.note_lost_table(
        'library',
        'book',
        'changes',
        'library_history.book_change'
    );
    create table if not exists library_history.book_change (
        load_id bigint not null,
        shelf text not null,
        number integer not null,
        op text not null check (op in ('insert', 'update', 'delete', 'mark', 'same')),
        columns text[],
        source_before bigint,
        record_before bigint,
        hash_before uuid,
        source_after bigint,
        record_after bigint,
        hash_after uuid,
        before jsonb,
        primary key (load_id, shelf, number)
    );
    comment on table library_history.book_change is
    'Every book that a load inserted, updated, deleted or marked as gone.';
    comment on column library_history.book_change.load_id is
    'The load.';
    comment on column library_history.book_change.shelf is
    'Key of the record.';
    comment on column library_history.book_change.number is
    'Key of the record.';
    comment on column library_history.book_change.op is
    'insert, update, delete; mark: the row stays, marked as gone; same: only its source is another.';
    comment on column library_history.book_change.columns is
    'Of an update: columns of the root and child tables that differ.';
    comment on column library_history.book_change.source_before is
    'Source of the version before; null: there was none.';
    comment on column library_history.book_change.record_before is
    'Its record number.';
    comment on column library_history.book_change.hash_before is
    'Its hash.';
    comment on column library_history.book_change.source_after is
    'Source of the version after; null: there is none.';
    comment on column library_history.book_change.record_after is
    'Its record number.';
    comment on column library_history.book_change.hash_after is
    'Its hash.';
    comment on column library_history.book_change.before is
    'The version before, with its children: {row, children}. Kept where history is on.';
    perform loader.drop_unless_keyed(
        'library_history.reader_change',
        array['load_id', 'id'],
        array['bigint', 'bigint']
    );
    perform loader.note_lost_table(
        'library',
        'reader',
        'changes',
        'library_history.reader_change'
    );
    create table if not exists library_history.reader_change (
        load_id bigint not null,
        id bigint not null,
        op text not null check (op in ('insert', 'update', 'delete', 'mark', 'same')),
        columns text[],
        source_before bigint,
        record_before bigint,
        hash_before uuid,
        source_after bigint,
        record_after bigint,
        hash_after uuid,
        before jsonb,
        primary key (load_id, id)
    );
    comment on table library_history.reader_change is
    'Every reader that a load inserted, updated, deleted or marked as gone.';
    comment on column library_history.reader_change.load_id is
    'The load.';
    comment on column library_history.reader_change.id is
    'Key of the record.';
    comment on column library_history.reader_change.op is
    'insert, update, delete; mark: the row stays, marked as gone; same: only its source is another.';
    comment on column library_history.reader_change.columns is
    'Of an update: columns of the root and child tables that differ.';
    comment on column library_history.reader_change.source_before is
    'Source of the version before; null: there was none.';
    comment on column library_history.reader_change.record_before is
    'Its record number.';
    comment on column library_history.reader_change.hash_before is
    'Its hash.';
    comment on column library_history.reader_change.source_after is
    'Source of the version after; null: there is none.';
    comment on column library_history.reader_change.record_after is
    'Its record number.';
    comment on column library_history.reader_change.hash_after is
    'Its hash.';
    comment on column library_history.reader_change.before is
    'The version before, with its children: {row, children}. Kept where history is on.';
    perform loader.drop_unless_keyed(
        'library_history.visit_change',
        array['load_id', 'record_id'],
        array['bigint', 'bigint']
    );
    perform loader.note_lost_table(
        'library',
        'visit',
        'changes',
        'library_history.visit_change'
    );
    create table if not exists library_history.visit_change (
        load_id bigint not null,
        record_id bigint not null,
        op text not null check (op in ('insert', 'update', 'delete', 'mark', 'same')),
        columns text[],
        source_before bigint,
        record_before bigint,
        hash_before uuid,
        source_after bigint,
        record_after bigint,
        hash_after uuid,
        before jsonb,
        primary key (load_id, record_id)
    );
    comment on table library_history.visit_change is
    'Every visit that a load inserted, updated, deleted or marked as gone.';
    comment on column library_history.visit_change.load_id is
    'The load.';
    comment on column library_history.visit_change.record_id is
    'Key of the record.';
    comment on column library_history.visit_change.op is
    'insert, update, delete; mark: the row stays, marked as gone; same: only its source is another.';
    comment on column library_history.visit_change.columns is
    'Of an update: columns of the root and child tables that differ.';
    comment on column library_history.visit_change.source_before is
    'Source of the version before; null: there was none.';
    comment on column library_history.visit_change.record_before is
    'Its record number.';
    comment on column library_history.visit_change.hash_before is
    'Its hash.';
    comment on column library_history.visit_change.source_after is
    'Source of the version after; null: there is none.';
    comment on column library_history.visit_change.record_after is
    'Its record number.';
    comment on column library_history.visit_change.hash_after is
    'Its hash.';
    comment on column library_history.visit_change.before is
    'The version before, with its children: {row, children}. Kept where history is on.';
    perform loader.record_objects(
        'library',
        'library_history',
        array[
            'book_change',
            'reader_change',
            'visit_change'
        ],
        p_anew => false
    );
end
$$;
comment on procedure library_stage.create_history () is
'Makes the change tables of library that are not there yet.';

-- Columns that somebody has dropped come back empty. Made anew: the functions that show former states, as their columns
-- may be others now. The view over the change tables is replaced in place, so that its grants stay.
do $$
begin
    if to_regclass('library_history.book_change') is not null then
        alter table library_history.book_change
        add column if not exists columns text[];
        alter table library_history.book_change
        add column if not exists source_before bigint;
        alter table library_history.book_change
        add column if not exists record_before bigint;
        alter table library_history.book_change
        add column if not exists hash_before uuid;
        alter table library_history.book_change
        add column if not exists source_after bigint;
        alter table library_history.book_change
        add column if not exists record_after bigint;
        alter table library_history.book_change
        add column if not exists hash_after uuid;
        alter table library_history.book_change
        add column if not exists before jsonb;
    end if;
    if to_regclass('library_history.reader_change') is not null then
        alter table library_history.reader_change
        add column if not exists columns text[];
        alter table library_history.reader_change
        add column if not exists source_before bigint;
        alter table library_history.reader_change
        add column if not exists record_before bigint;
        alter table library_history.reader_change
        add column if not exists hash_before uuid;
        alter table library_history.reader_change
        add column if not exists source_after bigint;
        alter table library_history.reader_change
        add column if not exists record_after bigint;
        alter table library_history.reader_change
        add column if not exists hash_after uuid;
        alter table library_history.reader_change
        add column if not exists before jsonb;
    end if;
    if to_regclass('library_history.visit_change') is not null then
        alter table library_history.visit_change
        add column if not exists columns text[];
        alter table library_history.visit_change
        add column if not exists source_before bigint;
        alter table library_history.visit_change
        add column if not exists record_before bigint;
        alter table library_history.visit_change
        add column if not exists hash_before uuid;
        alter table library_history.visit_change
        add column if not exists source_after bigint;
        alter table library_history.visit_change
        add column if not exists record_after bigint;
        alter table library_history.visit_change
        add column if not exists hash_after uuid;
        alter table library_history.visit_change
        add column if not exists before jsonb;
    end if;
    call library_stage.create_history();
    perform loader.drop_former_states('library');
end
$$;
create or replace view library_history.changes as
select
    c.load_id,
    'book' as entity,
    jsonb_build_object(
        'shelf', c.shelf,
        'number', c.number
    ) as key,
    c.op,
    c.columns,
    b.name as source_before,
    c.record_before,
    a.name as source_after,
    c.record_after,
    c.before
from library_history.book_change as c
left join loader.source as b on b.source_id = c.source_before
left join loader.source as a on a.source_id = c.source_after
union all
select
    c.load_id,
    'reader' as entity,
    jsonb_build_object(
        'id', c.id
    ) as key,
    c.op,
    c.columns,
    b.name as source_before,
    c.record_before,
    a.name as source_after,
    c.record_after,
    c.before
from library_history.reader_change as c
left join loader.source as b on b.source_id = c.source_before
left join loader.source as a on a.source_id = c.source_after
union all
select
    c.load_id,
    'visit' as entity,
    jsonb_build_object(
        'record_id', c.record_id
    ) as key,
    c.op,
    c.columns,
    b.name as source_before,
    c.record_before,
    a.name as source_after,
    c.record_after,
    c.before
from library_history.visit_change as c
left join loader.source as b on b.source_id = c.source_before
left join loader.source as a on a.source_id = c.source_after;
comment on view library_history.changes is
'Every change of every load of library, all entities; the change tables have the same by entity.';

-- sql/dataset/validate/stage_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.stage_build_book(
    _p_chunk bigint,
    _p_source bigint,
    _p_slot integer,
    inout _p_filtered bigint,
    inout _p_rows jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Judges the book records staged as text in a slot: what does not fit becomes a reject, the rest is cast
-- into library_build. Called by loader.stage_chunk, which holds the chunk's fence.
#variable_conflict use_column
declare
    _v_rejected bigint[] := '{}';
    _v_rows bigint;
    _v_filtered bigint[] := '{}';
    _v_row record;
    _v_holds boolean;
begin
    _p_rows := '{}';
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'book',
        s._record,
        f.reason,
        'book',
        f.column_name,
        left(f.value, 1000),
        f.message
    from library_stage.book_text as s
    inner join loader.chunk as c on c.chunk_id = _p_chunk
    cross join lateral (
        values
        (
            'shelf', s.shelf, 'missing_key',
            'the key shelf is missing',
            s.shelf is null
        ),
        (
            'number', s.number, 'missing_key',
            'the key number is missing',
            nullif(btrim(s.number, E' \t\n\r'), '') is null
        ),
        (
            'number', s.number, 'type',
            format('number: %L is not of type integer', left(s.number, 100)),
            not loader.is_integer(s.number)
        ),
        (
            'title', s.title, 'required',
            'title is required',
            s.title is null
        ),
        (
            'title', s.title, 'type',
            format('title: %L is longer than 200 characters', left(s.title, 100)),
            not (length(s.title) <= 200)
        ),
        (
            'isbn', s.isbn, 'pattern',
            format('isbn: %L does not match [0-9]{9}[0-9X]', left(s.isbn, 100)),
            not (s.isbn ~ '^(?:[0-9]{9}[0-9X])$')
        ),
        (
            'pages', s.pages, 'type',
            format('pages: %L is not of type integer', left(s.pages, 100)),
            not loader.is_integer(s.pages)
        ),
        (
            'pages', s.pages, 'range',
            format('pages: %L is below 1', left(s.pages, 100)),
            not (
                case when loader.is_integer(s.pages)
                    then nullif(btrim(s.pages, E' \t\n\r'), '')::integer >= '1'::integer
                end
            )
        ),
        (
            'pages', s.pages, 'range',
            format('pages: %L is above 20000', left(s.pages, 100)),
            not (
                case when loader.is_integer(s.pages)
                    then nullif(btrim(s.pages, E' \t\n\r'), '')::integer <= '20000'::integer
                end
            )
        ),
        (
            'binding', s.binding, 'enum',
            format('binding: %L is none of the values allowed', left(s.binding, 100)),
            not (s.binding in ('hard', 'soft', 'it''s none'))
        ),
        (
            'languages', s.languages, 'enum',
            format('languages: %L is none of the values allowed', left(s.languages, 100)),
            not (
                select coalesce(bool_and(
                    e.item in ('de', 'en', 'fr')
                ), true) from unnest(s.languages::text[]) as e (item)
            )
        ),
        (
            'years', s.years, 'type',
            format('years: %L is not of type integer', left(s.years, 100)),
            not (
                select coalesce(bool_and(
                    loader.is_integer(e.item)
                ), true) from unnest(s.years::text[]) as e (item)
            )
        ),
        (
            'years', s.years, 'range',
            format('years: %L is below 1450', left(s.years, 100)),
            not (
                select coalesce(bool_and(
                    case when loader.is_integer(e.item)
                        then nullif(btrim(e.item, E' \t\n\r'), '')::integer >= '1450'::integer
                    end
                ), true) from unnest(s.years::text[]) as e (item)
            )
        ),
        (
            'bought', s.bought, 'type',
            format('bought: %L is not of type date', left(s.bought, 100)),
            not loader.is_date(s.bought)
        ),
        (
            'lent_at', s.lent_at, 'type',
            format('lent_at: %L is not of type timestamptz', left(s.lent_at, 100)),
            not loader.is_timestamptz(s.lent_at)
        ),
        (
            'edition', s.edition, 'type',
            format('edition: %L is not of type bigint', left(s.edition, 100)),
            not loader.is_bigint(s.edition)
        ),
        (
            'shelf', s.shelf, 'limit',
            format(
                'the key has %s bytes, and an index holds no more than 2400',
                coalesce(octet_length(s.shelf), 0)
                + coalesce(octet_length(s.number), 0)
            ),
            coalesce(octet_length(s.shelf), 0)
            + coalesce(octet_length(s.number), 0) > 2400
        ),
        (
            'title', s.title, 'limit',
            format(
                'the index on title has %s bytes, and an index holds no more than 2400',
                octet_length(s.title)
            ),
            octet_length(s.title) > 2400
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = _p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'book',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'book_chapter',
        f.column_name,
        left(f.value, 1000),
        f.message
    from library_stage.book_chapter_text as s
    inner join loader.chunk as c on c.chunk_id = _p_chunk
    cross join lateral (
        values
        (
            'page', s.page, 'type',
            format('page: %L is not of type integer', left(s.page, 100)),
            not loader.is_integer(s.page)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = _p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'book',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'book_chapter_note',
        f.column_name,
        left(f.value, 1000),
        f.message
    from library_stage.book_chapter_note_text as s
    inner join loader.chunk as c on c.chunk_id = _p_chunk
    cross join lateral (
        values
        (
            'on', s."on", 'type',
            format('on: %L is not of type timestamp', left(s."on", 100)),
            not loader.is_timestamp(s."on")
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = _p_slot and f.broken;
    select coalesce(array_agg(distinct loader.record_id(r.source_id, r.record)), '{}')
    into _v_rejected
    from loader.reject as r
    where r.chunk_id = _p_chunk;
    begin
        insert into loader.reject (
            load_id, source_id, chunk_id, entity, record, reason, table_name, message
        )
        select
            c.load_id,
            c.source_id,
            c.chunk_id,
            'book',
            v._record_number,
            'check',
            'book',
            'the rule does not hold: pages is null or price is null or price < pages * 10'
        -- offset 0 keeps the condition behind the casts, and these away from rows that were rejected.
        from (
            select r._record_number
            from (
                select
                    s.shelf,
                    nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
                    s.title,
                    s.isbn,
                    nullif(btrim(s.pages, E' \t\n\r'), '')::integer as pages,
                    case when loader.is_numeric(s.price)
                        then nullif(btrim(s.price, E' \t\n\r'), '')::numeric
                    end as price,
                    s.binding,
                    case when s.languages is not null then array(
                        select e.item
                        from unnest(s.languages::text[]) with ordinality as e (item, place) order by e.place
                    ) end as languages,
                    case when s.years is not null then array(
                        select nullif(btrim(e.item, E' \t\n\r'), '')::integer
                        from unnest(s.years::text[]) with ordinality as e (item, place) order by e.place
                    ) end as years,
                    nullif(btrim(s.bought, E' \t\n\r'), '')::date as bought,
                    nullif(btrim(s.lent_at, E' \t\n\r'), '')::timestamptz as lent_at,
                    s."user",
                    nullif(btrim(s.edition, E' \t\n\r'), '')::bigint as edition,
                    s._record as _record_number
                from library_stage.book_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) <> all(_v_rejected)
                offset 0
            ) as r
            where (pages is null or price is null or price < pages * 10) is false
        ) as v
        inner join loader.chunk as c on c.chunk_id = _p_chunk;
    exception
        when data_exception or cardinality_violation or raise_exception
            or check_violation or not_null_violation or program_limit_exceeded then
            -- The rule cannot be evaluated for every row: one by one, so that only the records of those are rejected.
            for _v_row in
                select
                    s.shelf,
                    nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
                    s.title,
                    s.isbn,
                    nullif(btrim(s.pages, E' \t\n\r'), '')::integer as pages,
                    case when loader.is_numeric(s.price)
                        then nullif(btrim(s.price, E' \t\n\r'), '')::numeric
                    end as price,
                    s.binding,
                    case when s.languages is not null then array(
                        select e.item
                        from unnest(s.languages::text[]) with ordinality as e (item, place) order by e.place
                    ) end as languages,
                    case when s.years is not null then array(
                        select nullif(btrim(e.item, E' \t\n\r'), '')::integer
                        from unnest(s.years::text[]) with ordinality as e (item, place) order by e.place
                    ) end as years,
                    nullif(btrim(s.bought, E' \t\n\r'), '')::date as bought,
                    nullif(btrim(s.lent_at, E' \t\n\r'), '')::timestamptz as lent_at,
                    s."user",
                    nullif(btrim(s.edition, E' \t\n\r'), '')::bigint as edition,
                    s._record as _record_number
                from library_stage.book_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) <> all(_v_rejected)
            loop
                begin
                    select (pages is null or price is null or price < pages * 10) is not false
                    into _v_holds
                    from (
                        select
                            _v_row.shelf as shelf,
                            _v_row.number as number,
                            _v_row.title as title,
                            _v_row.isbn as isbn,
                            _v_row.pages as pages,
                            _v_row.price as price,
                            _v_row.binding as binding,
                            _v_row.languages as languages,
                            _v_row.years as years,
                            _v_row.bought as bought,
                            _v_row.lent_at as lent_at,
                            _v_row."user" as "user",
                            _v_row.edition as edition
                    ) as r;
                    if not _v_holds then
                        insert into loader.reject (
                            load_id, source_id, chunk_id, entity, record, reason, table_name, message
                        )
                        select
                            c.load_id,
                            c.source_id,
                            c.chunk_id,
                            'book',
                            _v_row._record_number,
                            'check',
                            'book',
                            'the rule does not hold: pages is null or price is null or price < pages * 10'
                        from loader.chunk as c
                        where c.chunk_id = _p_chunk;
                    end if;
                exception
                    when data_exception or cardinality_violation or raise_exception
                        or check_violation or not_null_violation or program_limit_exceeded then
                        insert into loader.reject (
                            load_id, source_id, chunk_id, entity, record, reason, table_name, message
                        )
                        select
                            c.load_id,
                            c.source_id,
                            c.chunk_id,
                            'book',
                            _v_row._record_number,
                            'check',
                            'book',
                            sqlerrm || ', so the rule cannot be evaluated: '
                            || 'pages is null or price is null or price < pages * 10'
                        from loader.chunk as c
                        where c.chunk_id = _p_chunk;
                end;
            end loop;
    end;
    begin
        insert into loader.reject (
            load_id, source_id, chunk_id, entity, record, reason, table_name, message
        )
        select
            c.load_id,
            c.source_id,
            c.chunk_id,
            'book',
            v._record_number,
            'check',
            'book_chapter',
            'the rule does not hold: page > 0'
        -- offset 0 keeps the condition behind the casts, and these away from rows that were rejected.
        from (
            select r._record_number
            from (
                select
                    s.book_shelf,
                    nullif(btrim(s.book_number, E' \t\n\r'), '')::integer as book_number,
                    s.ordinal,
                    s.title,
                    nullif(btrim(s.page, E' \t\n\r'), '')::integer as page,
                    s._rec & ((1::bigint << 40) - 1) as _record_number
                from library_stage.book_chapter_text as s
                where
                    s._slot = _p_slot
                    and s._rec <> all(_v_rejected)
                offset 0
            ) as r
            where (page > 0) is false
        ) as v
        inner join loader.chunk as c on c.chunk_id = _p_chunk;
    exception
        when data_exception or cardinality_violation or raise_exception
            or check_violation or not_null_violation or program_limit_exceeded then
            -- The rule cannot be evaluated for every row: one by one, so that only the records of those are rejected.
            for _v_row in
                select
                    s.book_shelf,
                    nullif(btrim(s.book_number, E' \t\n\r'), '')::integer as book_number,
                    s.ordinal,
                    s.title,
                    nullif(btrim(s.page, E' \t\n\r'), '')::integer as page,
                    s._rec & ((1::bigint << 40) - 1) as _record_number
                from library_stage.book_chapter_text as s
                where
                    s._slot = _p_slot
                    and s._rec <> all(_v_rejected)
            loop
                begin
                    select (page > 0) is not false
                    into _v_holds
                    from (
                        select
                            _v_row.book_shelf as book_shelf,
                            _v_row.book_number as book_number,
                            _v_row.ordinal as ordinal,
                            _v_row.title as title,
                            _v_row.page as page
                    ) as r;
                    if not _v_holds then
                        insert into loader.reject (
                            load_id, source_id, chunk_id, entity, record, reason, table_name, message
                        )
                        select
                            c.load_id,
                            c.source_id,
                            c.chunk_id,
                            'book',
                            _v_row._record_number,
                            'check',
                            'book_chapter',
                            'the rule does not hold: page > 0'
                        from loader.chunk as c
                        where c.chunk_id = _p_chunk;
                    end if;
                exception
                    when data_exception or cardinality_violation or raise_exception
                        or check_violation or not_null_violation or program_limit_exceeded then
                        insert into loader.reject (
                            load_id, source_id, chunk_id, entity, record, reason, table_name, message
                        )
                        select
                            c.load_id,
                            c.source_id,
                            c.chunk_id,
                            'book',
                            _v_row._record_number,
                            'check',
                            'book_chapter',
                            sqlerrm || ', so the rule cannot be evaluated: '
                            || 'page > 0'
                        from loader.chunk as c
                        where c.chunk_id = _p_chunk;
                end;
            end loop;
    end;
    select coalesce(array_agg(distinct loader.record_id(r.source_id, r.record)), '{}')
    into _v_rejected
    from loader.reject as r
    where r.chunk_id = _p_chunk;

    begin
        -- offset 0 keeps the condition behind the casts, and these away from rows that were rejected.
        select coalesce(array_agg(r._rec_id), '{}')
        into _v_filtered
        from (
            select
                s.shelf,
                nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
                s.title,
                s.isbn,
                nullif(btrim(s.pages, E' \t\n\r'), '')::integer as pages,
                case when loader.is_numeric(s.price)
                    then nullif(btrim(s.price, E' \t\n\r'), '')::numeric
                end as price,
                s.binding,
                case when s.languages is not null then array(
                    select e.item
                    from unnest(s.languages::text[]) with ordinality as e (item, place) order by e.place
                ) end as languages,
                case when s.years is not null then array(
                    select nullif(btrim(e.item, E' \t\n\r'), '')::integer
                    from unnest(s.years::text[]) with ordinality as e (item, place) order by e.place
                ) end as years,
                nullif(btrim(s.bought, E' \t\n\r'), '')::date as bought,
                nullif(btrim(s.lent_at, E' \t\n\r'), '')::timestamptz as lent_at,
                s."user",
                nullif(btrim(s.edition, E' \t\n\r'), '')::bigint as edition,
                loader.record_id(s._source, s._record) as _rec_id
            from library_stage.book_text as s
            where
                s._slot = _p_slot
                and loader.record_id(s._source, s._record) <> all(_v_rejected)
            offset 0
        ) as r
        where (title <> 'withdrawn') is not true;
    exception
        when data_exception or cardinality_violation or raise_exception
            or check_violation or not_null_violation or program_limit_exceeded then
            -- The condition cannot be evaluated for every record: one by one, so that only those are rejected.
            _v_filtered := '{}';
            for _v_row in
                select
                    s.shelf,
                    nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
                    s.title,
                    s.isbn,
                    nullif(btrim(s.pages, E' \t\n\r'), '')::integer as pages,
                    case when loader.is_numeric(s.price)
                        then nullif(btrim(s.price, E' \t\n\r'), '')::numeric
                    end as price,
                    s.binding,
                    case when s.languages is not null then array(
                        select e.item
                        from unnest(s.languages::text[]) with ordinality as e (item, place) order by e.place
                    ) end as languages,
                    case when s.years is not null then array(
                        select nullif(btrim(e.item, E' \t\n\r'), '')::integer
                        from unnest(s.years::text[]) with ordinality as e (item, place) order by e.place
                    ) end as years,
                    nullif(btrim(s.bought, E' \t\n\r'), '')::date as bought,
                    nullif(btrim(s.lent_at, E' \t\n\r'), '')::timestamptz as lent_at,
                    s."user",
                    nullif(btrim(s.edition, E' \t\n\r'), '')::bigint as edition,
                    s._record as _record_number,
                    loader.record_id(s._source, s._record) as _rec_id
                from library_stage.book_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) <> all(_v_rejected)
            loop
                begin
                    select (title <> 'withdrawn') is true
                    into _v_holds
                    from (
                        select
                            _v_row.shelf as shelf,
                            _v_row.number as number,
                            _v_row.title as title,
                            _v_row.isbn as isbn,
                            _v_row.pages as pages,
                            _v_row.price as price,
                            _v_row.binding as binding,
                            _v_row.languages as languages,
                            _v_row.years as years,
                            _v_row.bought as bought,
                            _v_row.lent_at as lent_at,
                            _v_row."user" as "user",
                            _v_row.edition as edition
                    ) as r;
                    if not _v_holds then
                        _v_filtered := _v_filtered || _v_row._rec_id;
                    end if;
                exception
                    when data_exception or cardinality_violation or raise_exception
                        or check_violation or not_null_violation or program_limit_exceeded then
                        insert into loader.reject (
                            load_id, source_id, chunk_id, entity, record, reason, table_name, message
                        )
                        select
                            c.load_id,
                            c.source_id,
                            c.chunk_id,
                            'book',
                            _v_row._record_number,
                            'check',
                            'book',
                            sqlerrm || ', so where cannot be evaluated: '
                            || 'title <> ''withdrawn'''
                        from loader.chunk as c
                        where c.chunk_id = _p_chunk;
                end;
            end loop;
            select coalesce(array_agg(distinct loader.record_id(r.source_id, r.record)), '{}')
            into _v_rejected
            from loader.reject as r
            where r.chunk_id = _p_chunk;
    end;
    if _v_rejected <> '{}' then
        -- Rejected records whose key is good are not gone: the row that has it stays.
        update loader.reject as r set key = jsonb_build_object(
            'shelf', k.shelf,
            'number', k.number
        )
        from (
            select
                s.shelf,
                nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
                s._record
            from library_stage.book_text as s
            where
                s._slot = _p_slot
                and loader.record_id(s._source, s._record) = any(_v_rejected)
                and not (
                    coalesce(s.shelf is null, false)
                    or coalesce(nullif(btrim(s.number, E' \t\n\r'), '') is null, false)
                    or coalesce(not loader.is_integer(s.number), false)
                )
            offset 0
        ) as k
        where
            r.chunk_id = _p_chunk
            and r.record = k._record
            and k.shelf is not null
            and k.number is not null;
    end if;
    insert into library_build.book (
        shelf, number, title, isbn, pages, price, binding, languages, years, bought, lent_at, "user", edition,
        _source, _record, _hash
    )
    select
        s.shelf,
        nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
        s.title,
        s.isbn,
        nullif(btrim(s.pages, E' \t\n\r'), '')::integer as pages,
        case when loader.is_numeric(s.price)
            then nullif(btrim(s.price, E' \t\n\r'), '')::numeric
        end as price,
        s.binding,
        case when s.languages is not null then array(
            select e.item
            from unnest(s.languages::text[]) with ordinality as e (item, place) order by e.place
        ) end as languages,
        case when s.years is not null then array(
            select nullif(btrim(e.item, E' \t\n\r'), '')::integer
            from unnest(s.years::text[]) with ordinality as e (item, place) order by e.place
        ) end as years,
        nullif(btrim(s.bought, E' \t\n\r'), '')::date as bought,
        nullif(btrim(s.lent_at, E' \t\n\r'), '')::timestamptz as lent_at,
        s."user",
        nullif(btrim(s.edition, E' \t\n\r'), '')::bigint as edition,
        s._source,
        s._record,
        s._hash
    from library_stage.book_text as s
    where
        s._slot = _p_slot
        and loader.record_id(s._source, s._record) <> all(_v_rejected)
        and loader.record_id(s._source, s._record) <> all(_v_filtered);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('book', _v_rows);
    insert into library_build.book_chapter (
        book_shelf, book_number, ordinal, title, page, _rec
    )
    select
        s.book_shelf,
        nullif(btrim(s.book_number, E' \t\n\r'), '')::integer as book_number,
        s.ordinal,
        s.title,
        nullif(btrim(s.page, E' \t\n\r'), '')::integer as page,
        s._rec
    from library_stage.book_chapter_text as s
    where
        s._slot = _p_slot
        and s._rec <> all(_v_rejected)
        and s._rec <> all(_v_filtered);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('book_chapter', _v_rows);
    insert into library_build.book_chapter_note (
        book_shelf, book_number, chapter_ordinal, ordinal, note, checked, "on", _rec
    )
    select
        s.book_shelf,
        nullif(btrim(s.book_number, E' \t\n\r'), '')::integer as book_number,
        s.chapter_ordinal,
        s.ordinal,
        s.note,
        case when loader.is_boolean(s.checked)
            then nullif(btrim(s.checked, E' \t\n\r'), '')::boolean
        end as checked,
        nullif(btrim(s."on", E' \t\n\r'), '')::timestamp as "on",
        s._rec
    from library_stage.book_chapter_note_text as s
    where
        s._slot = _p_slot
        and s._rec <> all(_v_rejected)
        and s._rec <> all(_v_filtered);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('book_chapter_note', _v_rows);
    insert into library_build.book_mark (
        book_shelf, book_number, ordinal, _rec
    )
    select
        s.book_shelf,
        nullif(btrim(s.book_number, E' \t\n\r'), '')::integer as book_number,
        s.ordinal,
        s._rec
    from library_stage.book_mark_text as s
    where
        s._slot = _p_slot
        and s._rec <> all(_v_rejected)
        and s._rec <> all(_v_filtered);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('book_mark', _v_rows);
    update loader.chunk as c
    set nulled = c.nulled || n.counts
    from (
        select
            '{}'::jsonb
            || jsonb_strip_nulls(jsonb_build_object(
                'book.price',
                nullif(count(*) filter (where (
                    loader.is_numeric(s.price)
                ) is false), 0)
            )) as counts
        from library_stage.book_text as s
        where
            s._slot = _p_slot
            and loader.record_id(s._source, s._record) <> all(_v_rejected)
            and loader.record_id(s._source, s._record) <> all(_v_filtered)
    ) as n
    where c.chunk_id = _p_chunk and n.counts <> '{}';
    update loader.chunk as c
    set nulled = c.nulled || n.counts
    from (
        select
            '{}'::jsonb
            || jsonb_strip_nulls(jsonb_build_object(
                'book_chapter_note.checked',
                nullif(count(*) filter (where (
                    loader.is_boolean(s.checked)
                ) is false), 0)
            )) as counts
        from library_stage.book_chapter_note_text as s
        where
            s._slot = _p_slot
            and s._rec <> all(_v_rejected)
            and s._rec <> all(_v_filtered)
    ) as n
    where c.chunk_id = _p_chunk and n.counts <> '{}';
    _p_filtered := cardinality(_v_filtered);
end
$$;
comment on procedure library_stage.stage_build_book(bigint, bigint, integer, bigint, jsonb) is
'Judges the book records staged as text in a slot and casts the good ones.';

-- sql/dataset/validate/stage_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.stage_merge_book(
    _p_chunk bigint,
    _p_source bigint,
    _p_slot integer,
    inout _p_filtered bigint,
    inout _p_rows jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Judges the book records staged as text in a slot: what does not fit becomes a reject, the rest is cast
-- into library_stage. Called by loader.stage_chunk, which holds the chunk's fence.
#variable_conflict use_column
declare
    _v_rejected bigint[] := '{}';
    _v_rows bigint;
    _v_filtered bigint[] := '{}';
    _v_row record;
    _v_holds boolean;
begin
    _p_rows := '{}';
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'book',
        s._record,
        f.reason,
        'book',
        f.column_name,
        left(f.value, 1000),
        f.message
    from library_stage.book_text as s
    inner join loader.chunk as c on c.chunk_id = _p_chunk
    cross join lateral (
        values
        (
            'shelf', s.shelf, 'missing_key',
            'the key shelf is missing',
            s.shelf is null
        ),
        (
            'number', s.number, 'missing_key',
            'the key number is missing',
            nullif(btrim(s.number, E' \t\n\r'), '') is null
        ),
        (
            'number', s.number, 'type',
            format('number: %L is not of type integer', left(s.number, 100)),
            not loader.is_integer(s.number)
        ),
        (
            'title', s.title, 'required',
            'title is required',
            s.title is null
        ),
        (
            'title', s.title, 'type',
            format('title: %L is longer than 200 characters', left(s.title, 100)),
            not (length(s.title) <= 200)
        ),
        (
            'isbn', s.isbn, 'pattern',
            format('isbn: %L does not match [0-9]{9}[0-9X]', left(s.isbn, 100)),
            not (s.isbn ~ '^(?:[0-9]{9}[0-9X])$')
        ),
        (
            'pages', s.pages, 'type',
            format('pages: %L is not of type integer', left(s.pages, 100)),
            not loader.is_integer(s.pages)
        ),
        (
            'pages', s.pages, 'range',
            format('pages: %L is below 1', left(s.pages, 100)),
            not (
                case when loader.is_integer(s.pages)
                    then nullif(btrim(s.pages, E' \t\n\r'), '')::integer >= '1'::integer
                end
            )
        ),
        (
            'pages', s.pages, 'range',
            format('pages: %L is above 20000', left(s.pages, 100)),
            not (
                case when loader.is_integer(s.pages)
                    then nullif(btrim(s.pages, E' \t\n\r'), '')::integer <= '20000'::integer
                end
            )
        ),
        (
            'binding', s.binding, 'enum',
            format('binding: %L is none of the values allowed', left(s.binding, 100)),
            not (s.binding in ('hard', 'soft', 'it''s none'))
        ),
        (
            'languages', s.languages, 'enum',
            format('languages: %L is none of the values allowed', left(s.languages, 100)),
            not (
                select coalesce(bool_and(
                    e.item in ('de', 'en', 'fr')
                ), true) from unnest(s.languages::text[]) as e (item)
            )
        ),
        (
            'years', s.years, 'type',
            format('years: %L is not of type integer', left(s.years, 100)),
            not (
                select coalesce(bool_and(
                    loader.is_integer(e.item)
                ), true) from unnest(s.years::text[]) as e (item)
            )
        ),
        (
            'years', s.years, 'range',
            format('years: %L is below 1450', left(s.years, 100)),
            not (
                select coalesce(bool_and(
                    case when loader.is_integer(e.item)
                        then nullif(btrim(e.item, E' \t\n\r'), '')::integer >= '1450'::integer
                    end
                ), true) from unnest(s.years::text[]) as e (item)
            )
        ),
        (
            'bought', s.bought, 'type',
            format('bought: %L is not of type date', left(s.bought, 100)),
            not loader.is_date(s.bought)
        ),
        (
            'lent_at', s.lent_at, 'type',
            format('lent_at: %L is not of type timestamptz', left(s.lent_at, 100)),
            not loader.is_timestamptz(s.lent_at)
        ),
        (
            'edition', s.edition, 'type',
            format('edition: %L is not of type bigint', left(s.edition, 100)),
            not loader.is_bigint(s.edition)
        ),
        (
            'shelf', s.shelf, 'limit',
            format(
                'the key has %s bytes, and an index holds no more than 2400',
                coalesce(octet_length(s.shelf), 0)
                + coalesce(octet_length(s.number), 0)
            ),
            coalesce(octet_length(s.shelf), 0)
            + coalesce(octet_length(s.number), 0) > 2400
        ),
        (
            'title', s.title, 'limit',
            format(
                'the index on title has %s bytes, and an index holds no more than 2400',
                octet_length(s.title)
            ),
            octet_length(s.title) > 2400
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = _p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'book',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'book_chapter',
        f.column_name,
        left(f.value, 1000),
        f.message
    from library_stage.book_chapter_text as s
    inner join loader.chunk as c on c.chunk_id = _p_chunk
    cross join lateral (
        values
        (
            'page', s.page, 'type',
            format('page: %L is not of type integer', left(s.page, 100)),
            not loader.is_integer(s.page)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = _p_slot and f.broken;
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'book',
        s._rec & ((1::bigint << 40) - 1),
        f.reason,
        'book_chapter_note',
        f.column_name,
        left(f.value, 1000),
        f.message
    from library_stage.book_chapter_note_text as s
    inner join loader.chunk as c on c.chunk_id = _p_chunk
    cross join lateral (
        values
        (
            'on', s."on", 'type',
            format('on: %L is not of type timestamp', left(s."on", 100)),
            not loader.is_timestamp(s."on")
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = _p_slot and f.broken;
    select coalesce(array_agg(distinct loader.record_id(r.source_id, r.record)), '{}')
    into _v_rejected
    from loader.reject as r
    where r.chunk_id = _p_chunk;
    begin
        insert into loader.reject (
            load_id, source_id, chunk_id, entity, record, reason, table_name, message
        )
        select
            c.load_id,
            c.source_id,
            c.chunk_id,
            'book',
            v._record_number,
            'check',
            'book',
            'the rule does not hold: pages is null or price is null or price < pages * 10'
        -- offset 0 keeps the condition behind the casts, and these away from rows that were rejected.
        from (
            select r._record_number
            from (
                select
                    s.shelf,
                    nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
                    s.title,
                    s.isbn,
                    nullif(btrim(s.pages, E' \t\n\r'), '')::integer as pages,
                    case when loader.is_numeric(s.price)
                        then nullif(btrim(s.price, E' \t\n\r'), '')::numeric
                    end as price,
                    s.binding,
                    case when s.languages is not null then array(
                        select e.item
                        from unnest(s.languages::text[]) with ordinality as e (item, place) order by e.place
                    ) end as languages,
                    case when s.years is not null then array(
                        select nullif(btrim(e.item, E' \t\n\r'), '')::integer
                        from unnest(s.years::text[]) with ordinality as e (item, place) order by e.place
                    ) end as years,
                    nullif(btrim(s.bought, E' \t\n\r'), '')::date as bought,
                    nullif(btrim(s.lent_at, E' \t\n\r'), '')::timestamptz as lent_at,
                    s."user",
                    nullif(btrim(s.edition, E' \t\n\r'), '')::bigint as edition,
                    s._record as _record_number
                from library_stage.book_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) <> all(_v_rejected)
                offset 0
            ) as r
            where (pages is null or price is null or price < pages * 10) is false
        ) as v
        inner join loader.chunk as c on c.chunk_id = _p_chunk;
    exception
        when data_exception or cardinality_violation or raise_exception
            or check_violation or not_null_violation or program_limit_exceeded then
            -- The rule cannot be evaluated for every row: one by one, so that only the records of those are rejected.
            for _v_row in
                select
                    s.shelf,
                    nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
                    s.title,
                    s.isbn,
                    nullif(btrim(s.pages, E' \t\n\r'), '')::integer as pages,
                    case when loader.is_numeric(s.price)
                        then nullif(btrim(s.price, E' \t\n\r'), '')::numeric
                    end as price,
                    s.binding,
                    case when s.languages is not null then array(
                        select e.item
                        from unnest(s.languages::text[]) with ordinality as e (item, place) order by e.place
                    ) end as languages,
                    case when s.years is not null then array(
                        select nullif(btrim(e.item, E' \t\n\r'), '')::integer
                        from unnest(s.years::text[]) with ordinality as e (item, place) order by e.place
                    ) end as years,
                    nullif(btrim(s.bought, E' \t\n\r'), '')::date as bought,
                    nullif(btrim(s.lent_at, E' \t\n\r'), '')::timestamptz as lent_at,
                    s."user",
                    nullif(btrim(s.edition, E' \t\n\r'), '')::bigint as edition,
                    s._record as _record_number
                from library_stage.book_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) <> all(_v_rejected)
            loop
                begin
                    select (pages is null or price is null or price < pages * 10) is not false
                    into _v_holds
                    from (
                        select
                            _v_row.shelf as shelf,
                            _v_row.number as number,
                            _v_row.title as title,
                            _v_row.isbn as isbn,
                            _v_row.pages as pages,
                            _v_row.price as price,
                            _v_row.binding as binding,
                            _v_row.languages as languages,
                            _v_row.years as years,
                            _v_row.bought as bought,
                            _v_row.lent_at as lent_at,
                            _v_row."user" as "user",
                            _v_row.edition as edition
                    ) as r;
                    if not _v_holds then
                        insert into loader.reject (
                            load_id, source_id, chunk_id, entity, record, reason, table_name, message
                        )
                        select
                            c.load_id,
                            c.source_id,
                            c.chunk_id,
                            'book',
                            _v_row._record_number,
                            'check',
                            'book',
                            'the rule does not hold: pages is null or price is null or price < pages * 10'
                        from loader.chunk as c
                        where c.chunk_id = _p_chunk;
                    end if;
                exception
                    when data_exception or cardinality_violation or raise_exception
                        or check_violation or not_null_violation or program_limit_exceeded then
                        insert into loader.reject (
                            load_id, source_id, chunk_id, entity, record, reason, table_name, message
                        )
                        select
                            c.load_id,
                            c.source_id,
                            c.chunk_id,
                            'book',
                            _v_row._record_number,
                            'check',
                            'book',
                            sqlerrm || ', so the rule cannot be evaluated: '
                            || 'pages is null or price is null or price < pages * 10'
                        from loader.chunk as c
                        where c.chunk_id = _p_chunk;
                end;
            end loop;
    end;
    begin
        insert into loader.reject (
            load_id, source_id, chunk_id, entity, record, reason, table_name, message
        )
        select
            c.load_id,
            c.source_id,
            c.chunk_id,
            'book',
            v._record_number,
            'check',
            'book_chapter',
            'the rule does not hold: page > 0'
        -- offset 0 keeps the condition behind the casts, and these away from rows that were rejected.
        from (
            select r._record_number
            from (
                select
                    s.book_shelf,
                    nullif(btrim(s.book_number, E' \t\n\r'), '')::integer as book_number,
                    s.ordinal,
                    s.title,
                    nullif(btrim(s.page, E' \t\n\r'), '')::integer as page,
                    s._rec & ((1::bigint << 40) - 1) as _record_number
                from library_stage.book_chapter_text as s
                where
                    s._slot = _p_slot
                    and s._rec <> all(_v_rejected)
                offset 0
            ) as r
            where (page > 0) is false
        ) as v
        inner join loader.chunk as c on c.chunk_id = _p_chunk;
    exception
        when data_exception or cardinality_violation or raise_exception
            or check_violation or not_null_violation or program_limit_exceeded then
            -- The rule cannot be evaluated for every row: one by one, so that only the records of those are rejected.
            for _v_row in
                select
                    s.book_shelf,
                    nullif(btrim(s.book_number, E' \t\n\r'), '')::integer as book_number,
                    s.ordinal,
                    s.title,
                    nullif(btrim(s.page, E' \t\n\r'), '')::integer as page,
                    s._rec & ((1::bigint << 40) - 1) as _record_number
                from library_stage.book_chapter_text as s
                where
                    s._slot = _p_slot
                    and s._rec <> all(_v_rejected)
            loop
                begin
                    select (page > 0) is not false
                    into _v_holds
                    from (
                        select
                            _v_row.book_shelf as book_shelf,
                            _v_row.book_number as book_number,
                            _v_row.ordinal as ordinal,
                            _v_row.title as title,
                            _v_row.page as page
                    ) as r;
                    if not _v_holds then
                        insert into loader.reject (
                            load_id, source_id, chunk_id, entity, record, reason, table_name, message
                        )
                        select
                            c.load_id,
                            c.source_id,
                            c.chunk_id,
                            'book',
                            _v_row._record_number,
                            'check',
                            'book_chapter',
                            'the rule does not hold: page > 0'
                        from loader.chunk as c
                        where c.chunk_id = _p_chunk;
                    end if;
                exception
                    when data_exception or cardinality_violation or raise_exception
                        or check_violation or not_null_violation or program_limit_exceeded then
                        insert into loader.reject (
                            load_id, source_id, chunk_id, entity, record, reason, table_name, message
                        )
                        select
                            c.load_id,
                            c.source_id,
                            c.chunk_id,
                            'book',
                            _v_row._record_number,
                            'check',
                            'book_chapter',
                            sqlerrm || ', so the rule cannot be evaluated: '
                            || 'page > 0'
                        from loader.chunk as c
                        where c.chunk_id = _p_chunk;
                end;
            end loop;
    end;
    select coalesce(array_agg(distinct loader.record_id(r.source_id, r.record)), '{}')
    into _v_rejected
    from loader.reject as r
    where r.chunk_id = _p_chunk;

    begin
        -- offset 0 keeps the condition behind the casts, and these away from rows that were rejected.
        select coalesce(array_agg(r._rec_id), '{}')
        into _v_filtered
        from (
            select
                s.shelf,
                nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
                s.title,
                s.isbn,
                nullif(btrim(s.pages, E' \t\n\r'), '')::integer as pages,
                case when loader.is_numeric(s.price)
                    then nullif(btrim(s.price, E' \t\n\r'), '')::numeric
                end as price,
                s.binding,
                case when s.languages is not null then array(
                    select e.item
                    from unnest(s.languages::text[]) with ordinality as e (item, place) order by e.place
                ) end as languages,
                case when s.years is not null then array(
                    select nullif(btrim(e.item, E' \t\n\r'), '')::integer
                    from unnest(s.years::text[]) with ordinality as e (item, place) order by e.place
                ) end as years,
                nullif(btrim(s.bought, E' \t\n\r'), '')::date as bought,
                nullif(btrim(s.lent_at, E' \t\n\r'), '')::timestamptz as lent_at,
                s."user",
                nullif(btrim(s.edition, E' \t\n\r'), '')::bigint as edition,
                loader.record_id(s._source, s._record) as _rec_id
            from library_stage.book_text as s
            where
                s._slot = _p_slot
                and loader.record_id(s._source, s._record) <> all(_v_rejected)
            offset 0
        ) as r
        where (title <> 'withdrawn') is not true;
    exception
        when data_exception or cardinality_violation or raise_exception
            or check_violation or not_null_violation or program_limit_exceeded then
            -- The condition cannot be evaluated for every record: one by one, so that only those are rejected.
            _v_filtered := '{}';
            for _v_row in
                select
                    s.shelf,
                    nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
                    s.title,
                    s.isbn,
                    nullif(btrim(s.pages, E' \t\n\r'), '')::integer as pages,
                    case when loader.is_numeric(s.price)
                        then nullif(btrim(s.price, E' \t\n\r'), '')::numeric
                    end as price,
                    s.binding,
                    case when s.languages is not null then array(
                        select e.item
                        from unnest(s.languages::text[]) with ordinality as e (item, place) order by e.place
                    ) end as languages,
                    case when s.years is not null then array(
                        select nullif(btrim(e.item, E' \t\n\r'), '')::integer
                        from unnest(s.years::text[]) with ordinality as e (item, place) order by e.place
                    ) end as years,
                    nullif(btrim(s.bought, E' \t\n\r'), '')::date as bought,
                    nullif(btrim(s.lent_at, E' \t\n\r'), '')::timestamptz as lent_at,
                    s."user",
                    nullif(btrim(s.edition, E' \t\n\r'), '')::bigint as edition,
                    s._record as _record_number,
                    loader.record_id(s._source, s._record) as _rec_id
                from library_stage.book_text as s
                where
                    s._slot = _p_slot
                    and loader.record_id(s._source, s._record) <> all(_v_rejected)
            loop
                begin
                    select (title <> 'withdrawn') is true
                    into _v_holds
                    from (
                        select
                            _v_row.shelf as shelf,
                            _v_row.number as number,
                            _v_row.title as title,
                            _v_row.isbn as isbn,
                            _v_row.pages as pages,
                            _v_row.price as price,
                            _v_row.binding as binding,
                            _v_row.languages as languages,
                            _v_row.years as years,
                            _v_row.bought as bought,
                            _v_row.lent_at as lent_at,
                            _v_row."user" as "user",
                            _v_row.edition as edition
                    ) as r;
                    if not _v_holds then
                        _v_filtered := _v_filtered || _v_row._rec_id;
                    end if;
                exception
                    when data_exception or cardinality_violation or raise_exception
                        or check_violation or not_null_violation or program_limit_exceeded then
                        insert into loader.reject (
                            load_id, source_id, chunk_id, entity, record, reason, table_name, message
                        )
                        select
                            c.load_id,
                            c.source_id,
                            c.chunk_id,
                            'book',
                            _v_row._record_number,
                            'check',
                            'book',
                            sqlerrm || ', so where cannot be evaluated: '
                            || 'title <> ''withdrawn'''
                        from loader.chunk as c
                        where c.chunk_id = _p_chunk;
                end;
            end loop;
            select coalesce(array_agg(distinct loader.record_id(r.source_id, r.record)), '{}')
            into _v_rejected
            from loader.reject as r
            where r.chunk_id = _p_chunk;
    end;
    if _v_rejected <> '{}' then
        -- Rejected records whose key is good are not gone: the row that has it stays.
        update loader.reject as r set key = jsonb_build_object(
            'shelf', k.shelf,
            'number', k.number
        )
        from (
            select
                s.shelf,
                nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
                s._record
            from library_stage.book_text as s
            where
                s._slot = _p_slot
                and loader.record_id(s._source, s._record) = any(_v_rejected)
                and not (
                    coalesce(s.shelf is null, false)
                    or coalesce(nullif(btrim(s.number, E' \t\n\r'), '') is null, false)
                    or coalesce(not loader.is_integer(s.number), false)
                )
            offset 0
        ) as k
        where
            r.chunk_id = _p_chunk
            and r.record = k._record
            and k.shelf is not null
            and k.number is not null;
    end if;
    insert into library_stage.book (
        _slot, shelf, number, title, isbn, pages, price, binding, languages, years, bought, lent_at, "user", edition,
        _source, _record, _hash
    )
    select
        _p_slot,
        s.shelf,
        nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
        s.title,
        s.isbn,
        nullif(btrim(s.pages, E' \t\n\r'), '')::integer as pages,
        case when loader.is_numeric(s.price)
            then nullif(btrim(s.price, E' \t\n\r'), '')::numeric
        end as price,
        s.binding,
        case when s.languages is not null then array(
            select e.item
            from unnest(s.languages::text[]) with ordinality as e (item, place) order by e.place
        ) end as languages,
        case when s.years is not null then array(
            select nullif(btrim(e.item, E' \t\n\r'), '')::integer
            from unnest(s.years::text[]) with ordinality as e (item, place) order by e.place
        ) end as years,
        nullif(btrim(s.bought, E' \t\n\r'), '')::date as bought,
        nullif(btrim(s.lent_at, E' \t\n\r'), '')::timestamptz as lent_at,
        s."user",
        nullif(btrim(s.edition, E' \t\n\r'), '')::bigint as edition,
        s._source,
        s._record,
        s._hash
    from library_stage.book_text as s
    where
        s._slot = _p_slot
        and loader.record_id(s._source, s._record) <> all(_v_rejected)
        and loader.record_id(s._source, s._record) <> all(_v_filtered);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('book', _v_rows);
    insert into library_stage.book_chapter (
        _slot, book_shelf, book_number, ordinal, title, page, _rec
    )
    select
        _p_slot,
        s.book_shelf,
        nullif(btrim(s.book_number, E' \t\n\r'), '')::integer as book_number,
        s.ordinal,
        s.title,
        nullif(btrim(s.page, E' \t\n\r'), '')::integer as page,
        s._rec
    from library_stage.book_chapter_text as s
    where
        s._slot = _p_slot
        and s._rec <> all(_v_rejected)
        and s._rec <> all(_v_filtered);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('book_chapter', _v_rows);
    insert into library_stage.book_chapter_note (
        _slot, book_shelf, book_number, chapter_ordinal, ordinal, note, checked, "on", _rec
    )
    select
        _p_slot,
        s.book_shelf,
        nullif(btrim(s.book_number, E' \t\n\r'), '')::integer as book_number,
        s.chapter_ordinal,
        s.ordinal,
        s.note,
        case when loader.is_boolean(s.checked)
            then nullif(btrim(s.checked, E' \t\n\r'), '')::boolean
        end as checked,
        nullif(btrim(s."on", E' \t\n\r'), '')::timestamp as "on",
        s._rec
    from library_stage.book_chapter_note_text as s
    where
        s._slot = _p_slot
        and s._rec <> all(_v_rejected)
        and s._rec <> all(_v_filtered);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('book_chapter_note', _v_rows);
    insert into library_stage.book_mark (
        _slot, book_shelf, book_number, ordinal, _rec
    )
    select
        _p_slot,
        s.book_shelf,
        nullif(btrim(s.book_number, E' \t\n\r'), '')::integer as book_number,
        s.ordinal,
        s._rec
    from library_stage.book_mark_text as s
    where
        s._slot = _p_slot
        and s._rec <> all(_v_rejected)
        and s._rec <> all(_v_filtered);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('book_mark', _v_rows);
    update loader.chunk as c
    set nulled = c.nulled || n.counts
    from (
        select
            '{}'::jsonb
            || jsonb_strip_nulls(jsonb_build_object(
                'book.price',
                nullif(count(*) filter (where (
                    loader.is_numeric(s.price)
                ) is false), 0)
            )) as counts
        from library_stage.book_text as s
        where
            s._slot = _p_slot
            and loader.record_id(s._source, s._record) <> all(_v_rejected)
            and loader.record_id(s._source, s._record) <> all(_v_filtered)
    ) as n
    where c.chunk_id = _p_chunk and n.counts <> '{}';
    update loader.chunk as c
    set nulled = c.nulled || n.counts
    from (
        select
            '{}'::jsonb
            || jsonb_strip_nulls(jsonb_build_object(
                'book_chapter_note.checked',
                nullif(count(*) filter (where (
                    loader.is_boolean(s.checked)
                ) is false), 0)
            )) as counts
        from library_stage.book_chapter_note_text as s
        where
            s._slot = _p_slot
            and s._rec <> all(_v_rejected)
            and s._rec <> all(_v_filtered)
    ) as n
    where c.chunk_id = _p_chunk and n.counts <> '{}';
    _p_filtered := cardinality(_v_filtered);
end
$$;
comment on procedure library_stage.stage_merge_book(bigint, bigint, integer, bigint, jsonb) is
'Judges the book records staged as text in a slot and casts the good ones.';

-- sql/dataset/rejects/rejected_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.rejected_book(_p_loads bigint[])
returns table (load_id bigint, source_id bigint, shelf text, number integer)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- Keys of the book records that these loads could not load, those that could be read.

    -- Under another mapping a key may have been of another type.
    select distinct
        r.load_id,
        r.source_id,
        k.shelf,
        k.number
    from loader.reject as r
    inner join loader.load as l on l.load_id = r.load_id
    cross join lateral jsonb_to_record(r.key) as k (shelf text, number integer)
    where
        r.load_id = any(_p_loads)
        and l.mapping_hash = '5ccf2b208805783000c2ff5fa0c47181aad8c9a3f1b40dc708d20aad7f6b264f'
        and r.entity = 'book'
        and r.key is not null
        and r.reason <> 'conflict'
        and k.shelf is not null
        and k.number is not null;
$$;
comment on function library_stage.rejected_book(bigint[]) is
'Keys of the book records that these loads could not load.';
create or replace function library_stage.undecided_book(
    _p_load bigint, _p_complete boolean default false
)
returns table (source_id bigint, shelf text, number integer)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- For each source of a load that comes late, keys about which no whole newer dump has decided: each of those
    -- dumps rejected the record. _p_complete: newer issues of single files are not asked.
    with newer as materialized (
        select
            n.source_id,
            n.load_id
        from loader.newer_snapshots(_p_load, 'book') as n
        where n.is_complete or not _p_complete
    ), rejected as materialized (
        select distinct
            r.load_id,
            r.shelf,
            r.number
        from library_stage.rejected_book(array(select n.load_id from newer as n)) as r
    )
    select
        n.source_id,
        r.shelf,
        r.number
    from newer as n
    inner join rejected as r on r.load_id = n.load_id
    group by n.source_id, r.shelf, r.number
    having count(*) = (
        select count(*) from newer as m
        where m.source_id = n.source_id
    );
$$;
comment on function library_stage.undecided_book(bigint, boolean) is
'Keys of book records about which no whole newer dump has decided, as it rejected them.';
create or replace function library_stage.kept_book(_p_load bigint)
returns bigint
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- How many rows from before a merge stay because their record was rejected. Called by loader.count_kept, when it is
-- decided what goes, and nothing is written yet.
#variable_conflict use_column
declare
    _v_kept bigint;
begin
    select count(*)
    into _v_kept
    from library.book as t
    where
        (t.shelf, t.number) in (
            select r.shelf, r.number
            from library_stage.rejected_book(array[_p_load]) as r
        )
        and t._source not in (
            select s.source_id from loader.source as s
            where s.load_id = _p_load
        )
        and not exists (
            select 1 from library_stage.book_decision as v
            where
                (v._chunk is not null or v._outcome in ('g', 'x'))
                and v.shelf = t.shelf and v.number = t.number
        )
        and not exists (
            select 1
            from loader.chunk as c
            inner join library_stage.book_key_log as s on s.chunk_id = c.chunk_id
            cross join lateral unnest(s.shelf, s.number) as u (shelf, number)
            where c.load_id = _p_load and u.shelf = t.shelf and u.number = t.number
        );
    return _v_kept;
end
$$;
comment on function library_stage.kept_book(bigint) is
'How many book rows from before a merge stay because their record was rejected.';
create or replace procedure library_stage.carry_book(_p_load bigint, inout _p_held jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Carries rows of library into the build of a replace that has rejected their record: children, too, with the
-- source they had. _p_held: rows of each table, which become more. Called by loader.carry_rejected.
#variable_conflict use_column
declare
    _v_rows bigint;
    _v_own bigint[] := array(select s.source_id from loader.source as s where s.load_id = _p_load);
begin
    insert into library_build.book (
        shelf, number, title, isbn, pages, price, binding, languages, years, bought, lent_at, "user", edition,
        _source, _record, _hash
    )
    select
        t.shelf, t.number, t.title, t.isbn, t.pages, t.price, t.binding, t.languages, t.years, t.bought,
        t.lent_at, t."user", t.edition, t._source, t._record, t._hash
    from library.book as t
    where
        (t.shelf, t.number) in (
            select r.shelf, r.number
            from library_stage.rejected_book(array[_p_load]) as r
        )
        and not exists (
            select 1 from library_build.book as b
            where b.shelf = t.shelf and b.number = t.number
        );
    get diagnostics _v_rows = row_count;
    _p_held := loader.add_counts(_p_held, jsonb_build_object('book', _v_rows));
    insert into library_build.book_chapter (
        book_shelf, book_number, ordinal, title, page, _rec
    )
    select
        t.book_shelf, t.book_number, t.ordinal, t.title, t.page,
        loader.record_id(b._source, b._record)
    from library_build.book as b
    inner join library.book_chapter as t on t.book_shelf = b.shelf and t.book_number = b.number
    where b._source <> all(_v_own);
    get diagnostics _v_rows = row_count;
    _p_held := loader.add_counts(_p_held, jsonb_build_object('book_chapter', _v_rows));
    insert into library_build.book_chapter_note (
        book_shelf, book_number, chapter_ordinal, ordinal, note, checked, "on", _rec
    )
    select
        t.book_shelf, t.book_number, t.chapter_ordinal, t.ordinal, t.note, t.checked, t."on",
        loader.record_id(b._source, b._record)
    from library_build.book as b
    inner join library.book_chapter_note as t on t.book_shelf = b.shelf and t.book_number = b.number
    where b._source <> all(_v_own);
    get diagnostics _v_rows = row_count;
    _p_held := loader.add_counts(_p_held, jsonb_build_object('book_chapter_note', _v_rows));
    insert into library_build.book_mark (
        book_shelf, book_number, ordinal, _rec
    )
    select
        t.book_shelf, t.book_number, t.ordinal,
        loader.record_id(b._source, b._record)
    from library_build.book as b
    inner join library.book_mark as t on t.book_shelf = b.shelf and t.book_number = b.number
    where b._source <> all(_v_own);
    get diagnostics _v_rows = row_count;
    _p_held := loader.add_counts(_p_held, jsonb_build_object('book_mark', _v_rows));
end
$$;
comment on procedure library_stage.carry_book(bigint, jsonb) is
'Carries the book rows whose record a replace has rejected into its build.';

-- sql/dataset/compare/compare_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.changed_book(
    _p_first bigint,
    _p_hash uuid[],
    _p_1 text[],
    _p_2 integer[]
)
returns bigint[]
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Places, from 1, of the records that are not the same as the row of library.book that has their key and was
-- there before the load whose first source is _p_first. Row by row through the key's index: dumps come in key order.
#variable_conflict use_column
declare
    _v_places bigint[];
begin
    select coalesce(array_agg(u.place), '{}')
    into _v_places
    from unnest(_p_hash, _p_1, _p_2)
        with ordinality as u (_hash, shelf, number, place)
    where (
        select t._hash = u._hash and t._source < _p_first
        from library.book as t
        where t.shelf = u.shelf and t.number = u.number
    ) is not true;
    return _v_places;
end
$$;
revoke all on function library_stage.changed_book(
    bigint, uuid[], text[], integer[]
) from public;
comment on function library_stage.changed_book(
    bigint, uuid[], text[], integer[]
) is
'Places of the records that are not the same as the book that has their key.';

-- sql/dataset/compose/version_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.version_of_book(
    _p_1 text,
    _p_2 integer
)
returns jsonb
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
-- A book as it is in the tables, with its children: {"row": {…}, "children": {table: [{…}, …]}}.
#variable_conflict use_column
begin
    return (
        select jsonb_build_object('row', to_jsonb(t.*), 'children', '{}'::jsonb
            || coalesce((
                select jsonb_build_object('book_chapter', jsonb_agg(
                    to_jsonb(c.*) order by c.book_shelf, c.book_number, c.ordinal
                ))
                from library.book_chapter as c
                where
                    c.book_shelf = $1
                    and c.book_number = $2
                having count(*) > 0
            ), '{}'::jsonb)
            || coalesce((
                select jsonb_build_object('book_chapter_note', jsonb_agg(
                    to_jsonb(c.*) order by c.book_shelf, c.book_number, c.chapter_ordinal, c.ordinal
                ))
                from library.book_chapter_note as c
                where
                    c.book_shelf = $1
                    and c.book_number = $2
                having count(*) > 0
            ), '{}'::jsonb)
            || coalesce((
                select jsonb_build_object('book_mark', jsonb_agg(
                    to_jsonb(c.*) order by c.book_shelf, c.book_number, c.ordinal
                ))
                from library.book_mark as c
                where
                    c.book_shelf = $1
                    and c.book_number = $2
                having count(*) > 0
            ), '{}'::jsonb)
        )
        from library.book as t
        where t.shelf = $1 and t.number = $2
    );
end
$$;
comment on function library_stage.version_of_book(
    text, integer
) is
'A book as it is in the tables, with its children, as JSON.';

-- sql/dataset/history/as_of_table.sql, mapping 5ccf2b208805
create or replace function library_history.book_as_of(p_load bigint)
returns table (
    shelf text,
    number integer,
    title varchar(200),
    isbn text,
    pages integer,
    price numeric,
    binding text,
    languages text[],
    years integer[],
    bought date,
    lent_at timestamptz,
    "user" text,
    edition bigint,
    _source integer,
    _record bigint,
    _hash uuid
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- book as it was after a load (0: before the first):
-- the rows of today, but where later loads changed a record, what the first of them has kept of it.
-- Raises LD013, LD019.
#variable_conflict use_column
declare
    _v_later bigint[];
    _v_was_empty boolean;
begin
    select l.loads, l.was_empty into _v_later, _v_was_empty
    from loader.later_loads('library', 'book', p_load) as l;
    perform loader.assert_kept(f.load_id, p_load)
    from (
        select distinct on (c.shelf, c.number)
            c.shelf, c.number,
            c.load_id,
            c.op,
            c.before
        from library_history.book_change as c
        where c.load_id = any(_v_later) and c.op <> 'same'
        order by c.shelf, c.number, c.load_id

    ) as f
    where f.op <> 'insert' and f.before is null
    limit 1;
    return query
    with changed as materialized (
        select distinct on (c.shelf, c.number)
            c.shelf, c.number,
            c.load_id,
            c.op,
            c.before
        from library_history.book_change as c
        where c.load_id = any(_v_later) and c.op <> 'same'
        order by c.shelf, c.number, c.load_id

    ), moved as (
        -- A replace gives records another source, also where nothing else of them changes.
        select distinct on (c.shelf, c.number)
            c.shelf, c.number,
            c.source_before,
            c.record_before
        from library_history.book_change as c
        where c.load_id = any(_v_later)
        order by c.shelf, c.number, c.load_id
    ), found as (
        select
            t.shelf, t.number, t.title, t.isbn, t.pages, t.price, t.binding, t.languages, t.years, t.bought,
            t.lent_at, t."user", t.edition, t._source, t._record, t._hash
        from library.book as t
        where
            not _v_was_empty
            and not exists (
                select 1 from changed as c
                where c.shelf = t.shelf and c.number = t.number
            )
        union all
        select
            r.shelf, r.number, r.title, r.isbn, r.pages, r.price, r.binding, r.languages, r.years, r.bought,
            r.lent_at, r."user", r.edition, r._source, r._record, r._hash
        from changed as c
        cross join lateral jsonb_to_record(c.before -> 'row') as r (
            shelf text,
            number integer,
            title varchar(200),
            isbn text,
            pages integer,
            price numeric,
            binding text,
            languages text[],
            years integer[],
            bought date,
            lent_at timestamptz,
            "user" text,
            edition bigint,
            _source integer,
            _record bigint,
            _hash uuid
        )
        where c.op <> 'insert'
    )
    select
        f.shelf, f.number, f.title, f.isbn, f.pages, f.price, f.binding, f.languages, f.years, f.bought,
        f.lent_at, f."user", f.edition,
        coalesce(m.source_before::integer, f._source),
        coalesce(m.record_before, f._record),
        f._hash
    from found as f
    left join moved as m on m.shelf = f.shelf and m.number = f.number;
end
$$;
comment on function library_history.book_as_of(bigint) is
'book as it was after a load.';
create or replace function library_history.book_as_of(p_at timestamptz)
returns table (
    shelf text,
    number integer,
    title varchar(200),
    isbn text,
    pages integer,
    price numeric,
    binding text,
    languages text[],
    years integer[],
    bought date,
    lent_at timestamptz,
    "user" text,
    edition bigint,
    _source integer,
    _record bigint,
    _hash uuid
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
-- book as it was at a time: after the last load that had ended by then.
-- Raises LD013, LD019.
#variable_conflict use_column
begin
    return query
    select
        h.shelf, h.number, h.title, h.isbn, h.pages, h.price, h.binding, h.languages, h.years, h.bought,
        h.lent_at, h."user", h.edition, h._source, h._record, h._hash
    from library_history.book_as_of(loader.load_at('library', p_at)) as h;
end
$$;
comment on function library_history.book_as_of(timestamptz) is
'book as it was at a time.';

-- sql/dataset/history/as_of_table.sql, mapping 5ccf2b208805
create or replace function library_history.book_chapter_as_of(p_load bigint)
returns table (
    book_shelf text,
    book_number integer,
    ordinal integer,
    title text,
    page integer
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- book_chapter as it was after a load (0: before the first):
-- the rows of today, but where later loads changed a record, what the first of them has kept of it.
-- Raises LD013, LD019.
#variable_conflict use_column
declare
    _v_later bigint[];
    _v_was_empty boolean;
begin
    select l.loads, l.was_empty into _v_later, _v_was_empty
    from loader.later_loads('library', 'book', p_load) as l;
    perform loader.assert_kept(f.load_id, p_load)
    from (
        select distinct on (c.shelf, c.number)
            c.shelf, c.number,
            c.load_id,
            c.op,
            c.before
        from library_history.book_change as c
        where c.load_id = any(_v_later) and c.op <> 'same'
        order by c.shelf, c.number, c.load_id

    ) as f
    where f.op <> 'insert' and f.before is null
    limit 1;
    return query
    with changed as materialized (
        select distinct on (c.shelf, c.number)
            c.shelf, c.number,
            c.load_id,
            c.op,
            c.before
        from library_history.book_change as c
        where c.load_id = any(_v_later) and c.op <> 'same'
        order by c.shelf, c.number, c.load_id

    )
    select
        t.book_shelf, t.book_number, t.ordinal, t.title, t.page
    from library.book_chapter as t
    where
        not _v_was_empty
        and not exists (
            select 1 from changed as c
            where t.book_shelf = c.shelf and t.book_number = c.number
        )
    union all
    select
        r.book_shelf, r.book_number, r.ordinal, r.title, r.page
    from changed as c
    cross join lateral jsonb_to_recordset(c.before -> 'children' -> 'book_chapter') as r (
        book_shelf text,
        book_number integer,
        ordinal integer,
        title text,
        page integer
    )
    where c.op <> 'insert';
end
$$;
comment on function library_history.book_chapter_as_of(bigint) is
'book_chapter as it was after a load.';
create or replace function library_history.book_chapter_as_of(p_at timestamptz)
returns table (
    book_shelf text,
    book_number integer,
    ordinal integer,
    title text,
    page integer
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
-- book_chapter as it was at a time: after the last load that had ended by then.
-- Raises LD013, LD019.
#variable_conflict use_column
begin
    return query
    select
        h.book_shelf, h.book_number, h.ordinal, h.title, h.page
    from library_history.book_chapter_as_of(loader.load_at('library', p_at)) as h;
end
$$;
comment on function library_history.book_chapter_as_of(timestamptz) is
'book_chapter as it was at a time.';

-- sql/dataset/history/as_of_table.sql, mapping 5ccf2b208805
create or replace function library_history.book_chapter_note_as_of(p_load bigint)
returns table (
    book_shelf text,
    book_number integer,
    chapter_ordinal integer,
    ordinal integer,
    note text,
    checked boolean,
    "on" timestamp
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- book_chapter_note as it was after a load (0: before the first):
-- the rows of today, but where later loads changed a record, what the first of them has kept of it.
-- Raises LD013, LD019.
#variable_conflict use_column
declare
    _v_later bigint[];
    _v_was_empty boolean;
begin
    select l.loads, l.was_empty into _v_later, _v_was_empty
    from loader.later_loads('library', 'book', p_load) as l;
    perform loader.assert_kept(f.load_id, p_load)
    from (
        select distinct on (c.shelf, c.number)
            c.shelf, c.number,
            c.load_id,
            c.op,
            c.before
        from library_history.book_change as c
        where c.load_id = any(_v_later) and c.op <> 'same'
        order by c.shelf, c.number, c.load_id

    ) as f
    where f.op <> 'insert' and f.before is null
    limit 1;
    return query
    with changed as materialized (
        select distinct on (c.shelf, c.number)
            c.shelf, c.number,
            c.load_id,
            c.op,
            c.before
        from library_history.book_change as c
        where c.load_id = any(_v_later) and c.op <> 'same'
        order by c.shelf, c.number, c.load_id

    )
    select
        t.book_shelf, t.book_number, t.chapter_ordinal, t.ordinal, t.note, t.checked, t."on"
    from library.book_chapter_note as t
    where
        not _v_was_empty
        and not exists (
            select 1 from changed as c
            where t.book_shelf = c.shelf and t.book_number = c.number
        )
    union all
    select
        r.book_shelf, r.book_number, r.chapter_ordinal, r.ordinal, r.note, r.checked, r."on"
    from changed as c
    cross join lateral jsonb_to_recordset(c.before -> 'children' -> 'book_chapter_note') as r (
        book_shelf text,
        book_number integer,
        chapter_ordinal integer,
        ordinal integer,
        note text,
        checked boolean,
        "on" timestamp
    )
    where c.op <> 'insert';
end
$$;
comment on function library_history.book_chapter_note_as_of(bigint) is
'book_chapter_note as it was after a load.';
create or replace function library_history.book_chapter_note_as_of(p_at timestamptz)
returns table (
    book_shelf text,
    book_number integer,
    chapter_ordinal integer,
    ordinal integer,
    note text,
    checked boolean,
    "on" timestamp
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
-- book_chapter_note as it was at a time: after the last load that had ended by then.
-- Raises LD013, LD019.
#variable_conflict use_column
begin
    return query
    select
        h.book_shelf, h.book_number, h.chapter_ordinal, h.ordinal, h.note, h.checked, h."on"
    from library_history.book_chapter_note_as_of(loader.load_at('library', p_at)) as h;
end
$$;
comment on function library_history.book_chapter_note_as_of(timestamptz) is
'book_chapter_note as it was at a time.';

-- sql/dataset/history/as_of_table.sql, mapping 5ccf2b208805
create or replace function library_history.book_mark_as_of(p_load bigint)
returns table (
    book_shelf text,
    book_number integer,
    ordinal integer
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- book_mark as it was after a load (0: before the first):
-- the rows of today, but where later loads changed a record, what the first of them has kept of it.
-- Raises LD013, LD019.
#variable_conflict use_column
declare
    _v_later bigint[];
    _v_was_empty boolean;
begin
    select l.loads, l.was_empty into _v_later, _v_was_empty
    from loader.later_loads('library', 'book', p_load) as l;
    perform loader.assert_kept(f.load_id, p_load)
    from (
        select distinct on (c.shelf, c.number)
            c.shelf, c.number,
            c.load_id,
            c.op,
            c.before
        from library_history.book_change as c
        where c.load_id = any(_v_later) and c.op <> 'same'
        order by c.shelf, c.number, c.load_id

    ) as f
    where f.op <> 'insert' and f.before is null
    limit 1;
    return query
    with changed as materialized (
        select distinct on (c.shelf, c.number)
            c.shelf, c.number,
            c.load_id,
            c.op,
            c.before
        from library_history.book_change as c
        where c.load_id = any(_v_later) and c.op <> 'same'
        order by c.shelf, c.number, c.load_id

    )
    select
        t.book_shelf, t.book_number, t.ordinal
    from library.book_mark as t
    where
        not _v_was_empty
        and not exists (
            select 1 from changed as c
            where t.book_shelf = c.shelf and t.book_number = c.number
        )
    union all
    select
        r.book_shelf, r.book_number, r.ordinal
    from changed as c
    cross join lateral jsonb_to_recordset(c.before -> 'children' -> 'book_mark') as r (
        book_shelf text,
        book_number integer,
        ordinal integer
    )
    where c.op <> 'insert';
end
$$;
comment on function library_history.book_mark_as_of(bigint) is
'book_mark as it was after a load.';
create or replace function library_history.book_mark_as_of(p_at timestamptz)
returns table (
    book_shelf text,
    book_number integer,
    ordinal integer
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
-- book_mark as it was at a time: after the last load that had ended by then.
-- Raises LD013, LD019.
#variable_conflict use_column
begin
    return query
    select
        h.book_shelf, h.book_number, h.ordinal
    from library_history.book_mark_as_of(loader.load_at('library', p_at)) as h;
end
$$;
comment on function library_history.book_mark_as_of(timestamptz) is
'book_mark as it was at a time.';

-- sql/dataset/stage/store_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.store_book(
    _p_chunk bigint,
    _p_slot integer,
    _p_same text[],
    inout _p_held bigint,
    inout _p_unchanged bigint,
    inout _p_rows jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Keeps what a chunk brought for the end of the load: rows staged in a slot (null: none) go to the build, where
-- workers have put theirs already; the keys of records that equal their rows are noted. _p_same: as of merge_book.
-- _p_held: root rows that went to the build; _p_rows: rows of each table.
-- Called by loader.merge_chunk, which holds the chunk's fence.
#variable_conflict use_column
declare
    _v_same_record bigint[] := _p_same[1]::bigint[];
    _v_same_1 text[] := _p_same[2]::text[];
    _v_same_2 integer[] := _p_same[3]::integer[];
    _v_rows bigint;
begin
    _p_held := 0;
    _p_rows := '{}';
    if _p_slot is not null then
        insert into library_build.book (
            shelf, number, title, isbn, pages, price, binding, languages, years, bought, lent_at, "user", edition,
            _source, _record, _hash
        )
        select
            s.shelf, s.number, s.title, s.isbn, s.pages, s.price, s.binding, s.languages, s.years, s.bought,
            s.lent_at, s."user", s.edition, s._source, s._record, s._hash
        from library_stage.book as s
        where s._slot = _p_slot;
        get diagnostics _v_rows = row_count;
        _p_rows := _p_rows || jsonb_build_object('book', _v_rows);
        _p_held := _v_rows;
        insert into library_build.book_chapter (
            book_shelf, book_number, ordinal, title, page, _rec
        )
        select
            s.book_shelf, s.book_number, s.ordinal, s.title, s.page, s._rec
        from library_stage.book_chapter as s
        where s._slot = _p_slot;
        get diagnostics _v_rows = row_count;
        _p_rows := _p_rows || jsonb_build_object('book_chapter', _v_rows);
        insert into library_build.book_chapter_note (
            book_shelf, book_number, chapter_ordinal, ordinal, note, checked, "on", _rec
        )
        select
            s.book_shelf, s.book_number, s.chapter_ordinal, s.ordinal, s.note, s.checked, s."on", s._rec
        from library_stage.book_chapter_note as s
        where s._slot = _p_slot;
        get diagnostics _v_rows = row_count;
        _p_rows := _p_rows || jsonb_build_object('book_chapter_note', _v_rows);
        insert into library_build.book_mark (
            book_shelf, book_number, ordinal, _rec
        )
        select
            s.book_shelf, s.book_number, s.ordinal, s._rec
        from library_stage.book_mark as s
        where s._slot = _p_slot;
        get diagnostics _v_rows = row_count;
        _p_rows := _p_rows || jsonb_build_object('book_mark', _v_rows);
    end if;
    _p_unchanged := coalesce(cardinality(_v_same_record), 0);
    delete from library_stage.book_key_log as s where s.chunk_id = _p_chunk;
    if _p_unchanged > 0 then
        -- Nothing was read: the keys are noted as they came.
        insert into library_stage.book_key_log (
            chunk_id, shelf, number, record, outcome
        )
        values (
            _p_chunk, _v_same_1, _v_same_2, _v_same_record, repeat('n', cardinality(_v_same_record))
        );
    end if;
end
$$;
comment on procedure library_stage.store_book(
    bigint, integer, text[], bigint, bigint, jsonb
) is
'Keeps the book records of a chunk for the end of the load.';

-- sql/dataset/decide/decide_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.decide_book(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Decides about every book that a load read: which version of a key wins, and whether it goes before the row
-- that is there. Writes nothing but book_decision. Called by loader.apply_load.
#variable_conflict use_column
declare
    _v_confirming bigint[] := loader.confirming_chunks(_p_load, 'newest');
    _v_late bigint[] := loader.out_of_order_sources(_p_load, 'book');
begin
    truncate
        library_stage.book_decision,
        library_stage.book_touched;
    -- Every record that the build holds, beside the row that has its key in the tables.
    with places as materialized (
        select
            p.source_id,
            p.place
        from loader.source_ranks('library', 'newest') as p
    ), planned as materialized (
        select c.* from loader.chunks_of_records(_p_load) as c
    )
    insert into library_stage.book_decision (
        shelf, number, _chunk, _source, _record, _rec, _hash, _place, _staged,
        _old_source, _old_record, _old_hash, _old_rank,
        _was_marked
    )
    select
        b.shelf, b.number,
        c.chunk_ids[width_bucket(b._record, c.first_records)],
        b._source,
        b._record,
        loader.record_id(b._source, b._record),
        b._hash,
        p.place,
        true,
        t._source as _old_source,
        t._record as _old_record,
        t._hash as _old_hash,
        coalesce(o.place, -1) as _old_rank,
        false
    from library_build.book as b
    inner join planned as c on c.source_id = b._source
    inner join places as p on p.source_id = b._source
    left join library.book as t on t.shelf = b.shelf and t.number = b.number
    left join places as o on o.source_id = t._source;
    -- Records that equal their rows, hence are not in the build, where their key came once more.
    with noted as not materialized (
        select
            c.chunk_id,
            c.source_id,
            u.*
        from loader.chunk as c
        inner join library_stage.book_key_log as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.shelf, s.number, s.record)
            as u (shelf, number, record)
        where c.load_id = _p_load
    ), more_than_once as (
        select n.shelf, n.number
        from noted as n
        group by n.shelf, n.number
        having count(*) > 1
        union
        select v.shelf, v.number
        from library_stage.book_decision as v
    )
    insert into library_stage.book_decision (
        shelf, number, _chunk, _source, _record, _rec, _hash, _place,
        _old_source, _old_record, _old_hash, _old_rank
    )
    select
        n.shelf, n.number,
        n.chunk_id,
        n.source_id,
        n.record,
        loader.record_id(n.source_id, n.record),
        t._hash,
        p.place,
        t._source,
        t._record,
        t._hash as _old_hash,
        coalesce(o.place, -1) as _old_rank
    from noted as n
    inner join more_than_once as m on m.shelf = n.shelf and m.number = n.number
    inner join library.book as t on t.shelf = n.shelf and t.number = n.number
    inner join loader.source_ranks('library', 'newest') as p
        on p.source_id = n.source_id
    left join loader.source_ranks('library', 'newest') as o
        on o.source_id = t._source;
    if _v_late <> '{}' then
        -- A whole newer dump has decided about every key but those that it rejected itself.
        with undecided as materialized (
            select u.*
            from library_stage.undecided_book(_p_load) as u
        )
        update library_stage.book_decision as v
        set _is_out_of_order = true
        where
            v._source = any(_v_late)
            and not exists (
                select 1 from undecided as u
                where u.source_id = v._source and u.shelf = v.shelf and u.number = v.number
            );
    end if;
    -- Versions of one key in this load, the winner first. A late one goes before none of a file without a date.
    update library_stage.book_decision as v set _version = r.version
    from (
        select
            w._rec,
            row_number() over (
                partition by w.shelf, w.number
                order by w._is_out_of_order, w._place desc, w._record desc
            ) as version
        from library_stage.book_decision as w
        inner join (
            select m.shelf, m.number
            from library_stage.book_decision as m
            group by m.shelf, m.number
            having count(*) > 1
        ) as m on m.shelf = w.shelf and m.number = w.number
    ) as r
    where r._rec = v._rec and r.version > 1;
    if _v_confirming <> '{}' then
        -- What a source of another load found unchanged stands as high as that source, as long as the row is still the
        -- one that it saw.
        update library_stage.book_decision as v
        set _old_rank = greatest(v._old_rank, r.place)
        from (
            select
                w._rec,
                max(p.place) as place
            from library_stage.book_key_log as s
            inner join loader.chunk as c on c.chunk_id = s.chunk_id
            inner join loader.source_ranks('library', 'newest') as p
                on p.source_id = c.source_id
            cross join lateral unnest(s.shelf, s.number, string_to_array(s.outcome, null))
                as u (shelf, number, outcome)
            inner join library_stage.book_decision as w
                on w.shelf = u.shelf and w.number = u.number
            inner join loader.source as o on o.source_id = w._old_source
            where s.chunk_id = any(_v_confirming) and u.outcome = 'n' and c.load_id > o.load_id
            group by w._rec
        ) as r
        where r._rec = v._rec;
    end if;
    -- Of each key its winner in this load against the row that is there: policy newest.
    update library_stage.book_decision as v
    set
        _outcome = case
            when v._version > 1 then 'd'
            when v._old_hash is null then case when v._is_out_of_order then 'd' else 'i' end
            when v._old_hash = v._hash then case when v._was_marked and not v._is_out_of_order then 'u' else 'n' end
            when v._is_out_of_order then 'd'
            when v._place > v._old_rank then 'u'
            when v._place = v._old_rank and v._old_hash = loader.unknown_hash() then 'u'
            else 'd'
        end;
    -- Plans of what follows depend on how many of each outcome there are.
    perform loader.gather_statistics(
        'library_stage.book_decision'::regclass
    );
end
$$;
comment on procedure library_stage.decide_book(bigint) is
'Decides about every book that a load read.';
create or replace procedure library_stage.pick_absent_book(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Adds to book_decision the rows that a complete load no longer holds. A record that it rejected is not gone,
-- nor one that another dump, which is not older, has found unchanged.
-- When it comes late, newer ones have decided about all keys but those that they rejected. Called by
-- loader.pick_absent.
declare
    _v_confirming bigint[] := loader.not_older_chunks(_p_load, 'book');
    _v_older bigint[] := loader.older_sources(_p_load, 'book');
    _v_late bigint[] := array(
        select distinct n.source_id
        from loader.newer_snapshots(_p_load, 'book') as n
        where n.is_complete
    );
begin
    if
        _v_older = '{}'
        or _v_late <> '{}' and not exists (
            select 1 from library_stage.undecided_book(_p_load, true)
        )
    then
        return;
    end if;
    -- Rows whose key this load has not read, not even in a record that it rejected.
    insert into library_stage.book_decision (
        shelf, number, _old_source, _old_record, _old_hash, _outcome
    )
    select
        t.shelf, t.number,
        t._source,
        t._record,
        t._hash,
        'g'
    from library.book as t
    where
        not exists (
            select 1 from library_stage.book_decision as v
            where v.shelf = t.shelf and v.number = t.number
        )
        and (t.shelf, t.number) not in (
            select r.shelf, r.number
            from library_stage.rejected_book(array[_p_load]) as r
        )
        and not exists (
            select 1
            from loader.chunk as c
            inner join library_stage.book_key_log as s on s.chunk_id = c.chunk_id
            cross join lateral unnest(s.shelf, s.number)
                as u (shelf, number)
            where
                (c.load_id = _p_load or c.chunk_id = any(_v_confirming))
                and u.shelf = t.shelf and u.number = t.number
        )
        and t._source = any(_v_older)
        and (
            _v_late = '{}'
            or (t.shelf, t.number) in (
                select u.shelf, u.number
                from library_stage.undecided_book(_p_load, true) as u
                group by u.shelf, u.number
                having count(*) = cardinality(_v_late)
            )
        );
end
$$;
comment on procedure library_stage.pick_absent_book(bigint) is
'Adds the rows that a complete load no longer holds to what was decided.';

-- sql/dataset/apply/apply_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.drop_absent_book(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Deletes the rows that book_decision says are gone. Called by
-- apply_book and loader.remove_absent.
#variable_conflict use_column
begin
    if not exists (
        select 1 from library_stage.book_decision as v
        where v._outcome = 'g'
    ) then
        return;
    end if;
    delete from library.book_mark as t
    where (t.book_shelf, t.book_number) in (
        select v.shelf, v.number
        from library_stage.book_decision as v
        where v._outcome = 'g'
    );
    delete from library.book_chapter_note as t
    where (t.book_shelf, t.book_number) in (
        select v.shelf, v.number
        from library_stage.book_decision as v
        where v._outcome = 'g'
    );
    delete from library.book_chapter as t
    where (t.book_shelf, t.book_number) in (
        select v.shelf, v.number
        from library_stage.book_decision as v
        where v._outcome = 'g'
    );
    delete from library.book as t
    where (t.shelf, t.number) in (
        select v.shelf, v.number
        from library_stage.book_decision as v
        where v._outcome = 'g'
    );
end
$$;
comment on procedure library_stage.drop_absent_book(bigint) is
'Deletes the book rows that a complete load no longer holds.';
create or replace procedure library_stage.apply_book(_p_load bigint, _p_history boolean)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Writes what book_decision says into library, by difference, and notes what changed.
-- _p_history: whether the versions before are kept. Called by loader.apply_load, in the one transaction that shows the
-- load to readers, and by loader.rollback.
declare
    _v_referenced tid[];
begin
    -- What is about to change, and, where history is kept, what it was.
    insert into library_history.book_change (
        load_id, shelf, number, op, columns,
        source_before, record_before, hash_before, source_after, record_after, hash_after, before
    )
    select
        _p_load,
        v.shelf, v.number,
        case v._outcome
            when 'i' then 'insert'
            when 'u' then 'update'
            else 'delete'
        end,
        case
            when v._outcome = 'u' then array_remove(array[
                case
                    when t.title
                        is distinct from b.title
                    then 'title'
                end,
                case
                    when t.isbn
                        is distinct from b.isbn
                    then 'isbn'
                end,
                case
                    when t.pages
                        is distinct from b.pages
                    then 'pages'
                end,
                case
                    when t.price::text
                        is distinct from b.price::text
                    then 'price'
                end,
                case
                    when t.binding
                        is distinct from b.binding
                    then 'binding'
                end,
                case
                    when t.languages
                        is distinct from b.languages
                    then 'languages'
                end,
                case
                    when t.years
                        is distinct from b.years
                    then 'years'
                end,
                case
                    when t.bought
                        is distinct from b.bought
                    then 'bought'
                end,
                case
                    when t.lent_at
                        is distinct from b.lent_at
                    then 'lent_at'
                end,
                case
                    when t."user"
                        is distinct from b."user"
                    then 'user'
                end,
                case
                    when t.edition
                        is distinct from b.edition
                    then 'edition'
                end
            ]::text[], null)
        end,
        v._old_source,
        v._old_record,
        v._old_hash,
        v._source,
        v._record,
        v._hash,
        case
            when _p_history and v._outcome <> 'i'
                then library_stage.version_of_book(v.shelf, v.number)
        end
    from library_stage.book_decision as v
    left join library_build.book as b
        on b._source = v._source and b._record = v._record
    left join library.book as t
        on v._outcome <> 'i' and t.shelf = v.shelf and t.number = v.number
    where v._outcome in ('i', 'u', 'g', 'x');
    if _p_history then
        perform loader.keep_users_columns(_p_load, 'book');
    end if;
    -- In key order, so that it does not deadlock with others that write these rows.
    insert into library.book as t (
        shelf, number, title, isbn, pages, price, binding, languages, years, bought, lent_at, "user", edition,
        _source, _record, _hash
    )
    select
        b.shelf, b.number, b.title, b.isbn, b.pages, b.price, b.binding, b.languages, b.years, b.bought,
        b.lent_at, b."user", b.edition, b._source, b._record, b._hash
    from library_build.book as b
    where loader.record_id(b._source, b._record) in (
        select v._rec from library_stage.book_decision as v
        where v._outcome in ('i', 'u')
    )
    order by b.shelf, b.number
    on conflict (shelf, number) do update set
        title = excluded.title,
        isbn = excluded.isbn,
        pages = excluded.pages,
        price = excluded.price,
        binding = excluded.binding,
        languages = excluded.languages,
        years = excluded.years,
        bought = excluded.bought,
        lent_at = excluded.lent_at,
        "user" = excluded."user",
        edition = excluded.edition,
        _source = excluded._source,
        _record = excluded._record,
        _hash = excluded._hash;
    if exists (
        select 1 from library_stage.book_decision as v
        where v._outcome = 'i'
    ) then
        begin
            insert into library.book_chapter (
                book_shelf, book_number, ordinal, title, page
            )
            select
                b.book_shelf, b.book_number, b.ordinal, b.title, b.page
            from library_build.book_chapter as b
            where
                b._rec in (
                    select v._rec from library_stage.book_decision as v
                    where v._outcome = 'i'
                );
            insert into library.book_chapter_note (
                book_shelf, book_number, chapter_ordinal, ordinal, note, checked, "on"
            )
            select
                b.book_shelf, b.book_number, b.chapter_ordinal, b.ordinal, b.note, b.checked, b."on"
            from library_build.book_chapter_note as b
            where
                b._rec in (
                    select v._rec from library_stage.book_decision as v
                    where v._outcome = 'i'
                );
            insert into library.book_mark (
                book_shelf, book_number, ordinal
            )
            select
                b.book_shelf, b.book_number, b.ordinal
            from library_build.book_mark as b
            where
                b._rec in (
                    select v._rec from library_stage.book_decision as v
                    where v._outcome = 'i'
                );
        exception
            when unique_violation then
                -- Somebody has deleted roots without their children.
                delete from library.book_chapter as t
                where (t.book_shelf, t.book_number) in (
                    select v.shelf, v.number
                    from library_stage.book_decision as v
                    where v._outcome = 'i'
                );
                insert into library.book_chapter (
                    book_shelf, book_number, ordinal, title, page
                )
                select
                    b.book_shelf, b.book_number, b.ordinal, b.title, b.page
                from library_build.book_chapter as b
                where
                    b._rec in (
                        select v._rec from library_stage.book_decision as v
                        where v._outcome = 'i'
                    );
                delete from library.book_chapter_note as t
                where (t.book_shelf, t.book_number) in (
                    select v.shelf, v.number
                    from library_stage.book_decision as v
                    where v._outcome = 'i'
                );
                insert into library.book_chapter_note (
                    book_shelf, book_number, chapter_ordinal, ordinal, note, checked, "on"
                )
                select
                    b.book_shelf, b.book_number, b.chapter_ordinal, b.ordinal, b.note, b.checked, b."on"
                from library_build.book_chapter_note as b
                where
                    b._rec in (
                        select v._rec from library_stage.book_decision as v
                        where v._outcome = 'i'
                    );
                delete from library.book_mark as t
                where (t.book_shelf, t.book_number) in (
                    select v.shelf, v.number
                    from library_stage.book_decision as v
                    where v._outcome = 'i'
                );
                insert into library.book_mark (
                    book_shelf, book_number, ordinal
                )
                select
                    b.book_shelf, b.book_number, b.ordinal
                from library_build.book_mark as b
                where
                    b._rec in (
                        select v._rec from library_stage.book_decision as v
                        where v._outcome = 'i'
                    );
        end;
    end if;
    if exists (
        select 1 from library_stage.book_decision as v
        where v._outcome = 'u'
    ) then
        _v_referenced := '{}';
        if loader.reference_guard('library.book_chapter'::regclass, 't') <> '' then

            -- Rows that changed records no longer have, but that others refer to.
            select coalesce(
                array_agg(s.place) filter (
                    where loader.is_referenced('library.book_chapter'::regclass, s.place)
                ),
                '{}'
            )
            into _v_referenced
            from (
                select t.ctid as place
                from library.book_chapter as t
                where
                    (t.book_shelf, t.book_number) in (
                        select v.shelf, v.number
                        from library_stage.book_decision as v
                        where v._outcome = 'u'
                    )
                    and not exists (
                        select 1 from library_build.book_chapter as b
                        inner join library_stage.book_decision as v on v._rec = b._rec
                        where
                            v._outcome = 'u'
                            and b.book_shelf = t.book_shelf
                            and b.book_number = t.book_number
                            and b.ordinal = t.ordinal
                    )
                offset 0
            ) as s;
            perform loader.report_surplus(_p_load, 'book_chapter', cardinality(_v_referenced));
        end if;
        -- Of the rows that a statement writes, whose children they are: history says so.
        with written as (

            delete from library.book_chapter as t
                where
                    (t.book_shelf, t.book_number) in (
                        select v.shelf, v.number
                        from library_stage.book_decision as v
                        where v._outcome = 'u'
                    )
                    and not exists (
                        select 1 from library_build.book_chapter as b
                        inner join library_stage.book_decision as v on v._rec = b._rec
                        where
                            v._outcome = 'u'
                            and b.book_shelf = t.book_shelf
                            and b.book_number = t.book_number
                            and b.ordinal = t.ordinal
                    )
                    and t.ctid <> all(_v_referenced)
            returning t.book_shelf, t.book_number
        )
        insert into library_stage.book_touched (shelf, number, _table)
        select distinct
            w.book_shelf, w.book_number,
            1
        from written as w;
        -- Of the rows that a statement writes, whose children they are: history says so.
        with written as (
            -- Only rows that differ: ON CONFLICT would lock, and so write, those that do not.
            insert into library.book_chapter as t (
                book_shelf, book_number, ordinal, title, page
            )
            select
                b.book_shelf, b.book_number, b.ordinal, b.title, b.page
            from library_build.book_chapter as b
            where
                b._rec in (
                    select v._rec from library_stage.book_decision as v
                    where v._outcome = 'u'
                )
                and not exists (
                    select 1 from library.book_chapter as o
                    where
                        o.book_shelf = b.book_shelf
                        and o.book_number = b.book_number
                        and o.ordinal = b.ordinal
                        and (o.title, o.page)
                        is not distinct from
                        (b.title, b.page)
                )
            order by b.book_shelf, b.book_number, b.ordinal
            on conflict (book_shelf, book_number, ordinal) do update set
                title = excluded.title,
                page = excluded.page
            returning t.book_shelf, t.book_number
        )
        insert into library_stage.book_touched (shelf, number, _table)
        select distinct
            w.book_shelf, w.book_number,
            1
        from written as w;
        _v_referenced := '{}';
        if loader.reference_guard('library.book_chapter_note'::regclass, 't') <> '' then

            -- Rows that changed records no longer have, but that others refer to.
            select coalesce(
                array_agg(s.place) filter (
                    where loader.is_referenced('library.book_chapter_note'::regclass, s.place)
                ),
                '{}'
            )
            into _v_referenced
            from (
                select t.ctid as place
                from library.book_chapter_note as t
                where
                    (t.book_shelf, t.book_number) in (
                        select v.shelf, v.number
                        from library_stage.book_decision as v
                        where v._outcome = 'u'
                    )
                    and not exists (
                        select 1 from library_build.book_chapter_note as b
                        inner join library_stage.book_decision as v on v._rec = b._rec
                        where
                            v._outcome = 'u'
                            and b.book_shelf = t.book_shelf
                            and b.book_number = t.book_number
                            and b.chapter_ordinal = t.chapter_ordinal
                            and b.ordinal = t.ordinal
                    )
                offset 0
            ) as s;
            perform loader.report_surplus(_p_load, 'book_chapter_note', cardinality(_v_referenced));
        end if;
        -- Of the rows that a statement writes, whose children they are: history says so.
        with written as (

            delete from library.book_chapter_note as t
                where
                    (t.book_shelf, t.book_number) in (
                        select v.shelf, v.number
                        from library_stage.book_decision as v
                        where v._outcome = 'u'
                    )
                    and not exists (
                        select 1 from library_build.book_chapter_note as b
                        inner join library_stage.book_decision as v on v._rec = b._rec
                        where
                            v._outcome = 'u'
                            and b.book_shelf = t.book_shelf
                            and b.book_number = t.book_number
                            and b.chapter_ordinal = t.chapter_ordinal
                            and b.ordinal = t.ordinal
                    )
                    and t.ctid <> all(_v_referenced)
            returning t.book_shelf, t.book_number
        )
        insert into library_stage.book_touched (shelf, number, _table)
        select distinct
            w.book_shelf, w.book_number,
            2
        from written as w;
        -- Of the rows that a statement writes, whose children they are: history says so.
        with written as (
            -- Only rows that differ: ON CONFLICT would lock, and so write, those that do not.
            insert into library.book_chapter_note as t (
                book_shelf, book_number, chapter_ordinal, ordinal, note, checked, "on"
            )
            select
                b.book_shelf, b.book_number, b.chapter_ordinal, b.ordinal, b.note, b.checked, b."on"
            from library_build.book_chapter_note as b
            where
                b._rec in (
                    select v._rec from library_stage.book_decision as v
                    where v._outcome = 'u'
                )
                and not exists (
                    select 1 from library.book_chapter_note as o
                    where
                        o.book_shelf = b.book_shelf
                        and o.book_number = b.book_number
                        and o.chapter_ordinal = b.chapter_ordinal
                        and o.ordinal = b.ordinal
                        and (o.note, o.checked, o."on")
                        is not distinct from
                        (b.note, b.checked, b."on")
                )
            order by b.book_shelf, b.book_number, b.chapter_ordinal, b.ordinal
            on conflict (book_shelf, book_number, chapter_ordinal, ordinal) do update set
                note = excluded.note,
                checked = excluded.checked,
                "on" = excluded."on"
            returning t.book_shelf, t.book_number
        )
        insert into library_stage.book_touched (shelf, number, _table)
        select distinct
            w.book_shelf, w.book_number,
            2
        from written as w;
        _v_referenced := '{}';
        if loader.reference_guard('library.book_mark'::regclass, 't') <> '' then

            -- Rows that changed records no longer have, but that others refer to.
            select coalesce(
                array_agg(s.place) filter (
                    where loader.is_referenced('library.book_mark'::regclass, s.place)
                ),
                '{}'
            )
            into _v_referenced
            from (
                select t.ctid as place
                from library.book_mark as t
                where
                    (t.book_shelf, t.book_number) in (
                        select v.shelf, v.number
                        from library_stage.book_decision as v
                        where v._outcome = 'u'
                    )
                    and not exists (
                        select 1 from library_build.book_mark as b
                        inner join library_stage.book_decision as v on v._rec = b._rec
                        where
                            v._outcome = 'u'
                            and b.book_shelf = t.book_shelf
                            and b.book_number = t.book_number
                            and b.ordinal = t.ordinal
                    )
                offset 0
            ) as s;
            perform loader.report_surplus(_p_load, 'book_mark', cardinality(_v_referenced));
        end if;
        -- Of the rows that a statement writes, whose children they are: history says so.
        with written as (

            delete from library.book_mark as t
                where
                    (t.book_shelf, t.book_number) in (
                        select v.shelf, v.number
                        from library_stage.book_decision as v
                        where v._outcome = 'u'
                    )
                    and not exists (
                        select 1 from library_build.book_mark as b
                        inner join library_stage.book_decision as v on v._rec = b._rec
                        where
                            v._outcome = 'u'
                            and b.book_shelf = t.book_shelf
                            and b.book_number = t.book_number
                            and b.ordinal = t.ordinal
                    )
                    and t.ctid <> all(_v_referenced)
            returning t.book_shelf, t.book_number
        )
        insert into library_stage.book_touched (shelf, number, _table)
        select distinct
            w.book_shelf, w.book_number,
            3
        from written as w;
        -- Of the rows that a statement writes, whose children they are: history says so.
        with written as (
            -- Only rows that differ: ON CONFLICT would lock, and so write, those that do not.
            insert into library.book_mark as t (
                book_shelf, book_number, ordinal
            )
            select
                b.book_shelf, b.book_number, b.ordinal
            from library_build.book_mark as b
            where
                b._rec in (
                    select v._rec from library_stage.book_decision as v
                    where v._outcome = 'u'
                )
                and not exists (
                    select 1 from library.book_mark as o
                    where
                        o.book_shelf = b.book_shelf
                        and o.book_number = b.book_number
                        and o.ordinal = b.ordinal
                )
            order by b.book_shelf, b.book_number, b.ordinal
            on conflict (book_shelf, book_number, ordinal) do nothing
            returning t.book_shelf, t.book_number
        )
        insert into library_stage.book_touched (shelf, number, _table)
        select distinct
            w.book_shelf, w.book_number,
            3
        from written as w;
        -- Child tables follow the root's columns in what changed.
        update library_history.book_change as h
        set columns = h.columns || r.names
        from (
            select
                u.shelf, u.number,
                array_agg(u.name order by u.place) as names
            from (
                select distinct
                    o.shelf, o.number,
                    n.name,
                    n.place
                from library_stage.book_touched as o
                inner join unnest(array[
                    'book_chapter',
                    'book_chapter_note',
                    'book_mark'
                ]::text[]) with ordinality as n (name, place) on n.place = o._table
            ) as u
            group by u.shelf, u.number
        ) as r
        where h.load_id = _p_load and h.shelf = r.shelf and h.number = r.number;
    end if;
    call library_stage.drop_absent_book(_p_load);
    if exists (
        select 1 from library_stage.book_decision as v
        where v._outcome = 'x'
    ) then
        delete from library.book_mark as t
        where (t.book_shelf, t.book_number) in (
            select v.shelf, v.number
            from library_stage.book_decision as v
            where v._outcome = 'x'
        );
        delete from library.book_chapter_note as t
        where (t.book_shelf, t.book_number) in (
            select v.shelf, v.number
            from library_stage.book_decision as v
            where v._outcome = 'x'
        );
        delete from library.book_chapter as t
        where (t.book_shelf, t.book_number) in (
            select v.shelf, v.number
            from library_stage.book_decision as v
            where v._outcome = 'x'
        );
        delete from library.book as t
        where (t.shelf, t.number) in (
            select v.shelf, v.number
            from library_stage.book_decision as v
            where v._outcome = 'x'
        );
    end if;
    -- Until now what stands in the build counted as inserted, all else as unchanged.
    with counted as (
        select
            v._chunk as chunk_id,
            count(*) filter (where v._outcome = 'i') - count(*) filter (where v._staged) as inserted,
            count(*) filter (where v._outcome = 'u') as updated,
            count(*) filter (where v._outcome = 'n') - count(*) filter (where not v._staged) as unchanged,
            count(*) filter (where v._outcome = 'd') as duplicate
        from library_stage.book_decision as v
        where v._chunk is not null
        group by v._chunk
    )
    update loader.chunk as c set
        inserted = c.inserted + d.inserted,
        updated = c.updated + d.updated,
        unchanged = c.unchanged + d.unchanged,
        duplicate = c.duplicate + d.duplicate
    from counted as d
    where d.chunk_id = c.chunk_id;
    -- What was parsed and turned out to equal its row was found unchanged as well.
    insert into library_stage.book_key_log as s (
        chunk_id, shelf, number, record, outcome
    )
    select
        v._chunk,
        array_agg(v.shelf order by v._record),
        array_agg(v.number order by v._record),
        array_agg(v._record order by v._record),
        repeat('n', count(*)::integer)
    from library_stage.book_decision as v
    where v._outcome = 'n' and v._staged
    group by v._chunk
    on conflict (chunk_id) do update set
        shelf = s.shelf || excluded.shelf,
        number = s.number || excluded.number,
        record = s.record || excluded.record,
        outcome = s.outcome || excluded.outcome;
    -- The first conflicts by key: which version won, and why.
    insert into loader.conflict (
        load_id, entity, key, winner_source, winner_record, loser_source, loser_record, why
    )
    select
        _p_load,
        'book',
        jsonb_build_object(
            'shelf', c.shelf,
            'number', c.number
        ),
        w.source_id as winner_source,
        case when w.source_id is not null then c._winner_record end,
        c._source,
        c._record,
        loader.why_wins(c._winner_source, c._source)
    from (
        select l.*
        from (
            -- Versions that another one of this load, or the row that is there, went before.
            select
                v.*,
                case when v._version > 1 and w._outcome <> 'd' then w._source else v._old_source end as _winner_source,
                case when v._version > 1 and w._outcome <> 'd' then w._record else v._old_record end as _winner_record
            from library_stage.book_decision as v
            left join library_stage.book_decision as w
                on w._version = 1
                and w._chunk is not null
                and v._version > 1
                and w.shelf = v.shelf and w.number = v.number
            where v._outcome = 'd'
        ) as l
        order by l.shelf, l.number, l._source, l._record
        limit 100
    ) as c
    left join loader.source as w on w.source_id = c._winner_source;
end
$$;
comment on procedure library_stage.apply_book(bigint, boolean) is
'Writes what was decided about book records into the tables, by difference.';

-- sql/dataset/repair/repair_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.repair_book(
    _p_load bigint, inout _p_found jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- For a repair: compares the rows of each book whose hash is that of its record with what the record says, and
-- has those that differ written again; rows that claim to be of the files of the load, but are not, are gone.
-- _p_found: {table: {missing, differing, surplus}}, to which this adds. Called by loader.apply_load and
-- loader.check_repair, after decide_book. Writes book_decision, book_touched.
#variable_conflict use_column
declare
    _v_missing bigint;
    _v_differing bigint := 0;
    _v_surplus bigint := 0;
    _v_rows bigint;
begin
    select count(*) into _v_missing
    from library_stage.book_decision as v
    where v._outcome = 'i';
    -- A row of the very same file cannot have another hash.
    update library_stage.book_decision as v
    set _outcome = 'u'
    where v._outcome = 'd' and v._version = 1 and v._place = v._old_rank and v._old_hash <> v._hash;
    get diagnostics _v_differing = row_count;
    -- Rows whose key this load has not read, not even in a record that it rejected.
    insert into library_stage.book_decision (
        shelf, number, _old_source, _old_record, _old_hash, _outcome
    )
    select
        t.shelf, t.number,
        t._source,
        t._record,
        t._hash,
        'g'
    from library.book as t
    where
        not exists (
            select 1 from library_stage.book_decision as v
            where v.shelf = t.shelf and v.number = t.number
        )
        and (t.shelf, t.number) not in (
            select r.shelf, r.number
            from library_stage.rejected_book(array[_p_load]) as r
        )
        and t._source in (
            select o.source_id
            from loader.source as s
            inner join loader.source as o on o.dataset = s.dataset and o.name = s.name and o.sha256 = s.sha256
            where s.load_id = _p_load and s.state = 'planned' and 'book' = any(s.entities)
        );
    get diagnostics _v_surplus = row_count;
    insert into library_stage.book_touched (shelf, number, _table)
    select
        v.shelf, v.number,
        0
    from library_stage.book_decision as v
    inner join library_build.book as b on loader.record_id(b._source, b._record) = v._rec
    inner join library.book as t on t.shelf = v.shelf and t.number = v.number
    where
        v._outcome = 'n'
        and (t.title, t.isbn, t.pages, t.price::text, t.binding, t.languages, t.years, t.bought, t.lent_at, t."user",
        t.edition)
        is distinct from
        (b.title, b.isbn, b.pages, b.price::text, b.binding, b.languages, b.years, b.bought, b.lent_at, b."user",
        b.edition);
    get diagnostics _v_rows = row_count;
    _v_differing := _v_differing + _v_rows;
    _p_found := _p_found || jsonb_build_object('book', jsonb_build_object(
        'missing', _v_missing, 'differing', _v_differing, 'surplus', _v_surplus
    ));
    with damaged as (
        select
            v.shelf, v.number,
            case when t.book_shelf is null then 'missing' else 'differing' end as kind
        from library_build.book_chapter as b
        inner join library_stage.book_decision as v on v._rec = b._rec
        left join library.book_chapter as t
            on t.book_shelf = b.book_shelf
            and t.book_number = b.book_number
            and t.ordinal = b.ordinal
        where
            v._outcome = 'n'
            and (
                t.book_shelf is null
                or (t.title, t.page)
                is distinct from
                (b.title, b.page)
            )
        union all
        select
            v.shelf, v.number,
            'surplus' as kind
        from library.book_chapter as t
        inner join library_stage.book_decision as v on t.book_shelf = v.shelf and t.book_number = v.number
        where
            v._outcome = 'n'
            and not exists (
                select 1 from library_build.book_chapter as b
                where
                    b._rec = v._rec
                    and b.book_shelf = t.book_shelf
                    and b.book_number = t.book_number
                    and b.ordinal = t.ordinal
            )
            and not loader.is_referenced('library.book_chapter'::regclass, t.ctid)
    ), noted as (
        insert into library_stage.book_touched (shelf, number, _table)
        select distinct
            d.shelf, d.number,
            1
        from damaged as d
    )
    select
        count(*) filter (where d.kind = 'missing'),
        count(*) filter (where d.kind = 'differing'),
        count(*) filter (where d.kind = 'surplus')
    into _v_missing, _v_differing, _v_surplus
    from damaged as d;
    _p_found := _p_found || jsonb_build_object('book_chapter', jsonb_build_object(
        'missing', _v_missing, 'differing', _v_differing, 'surplus', _v_surplus
    ));
    with damaged as (
        select
            v.shelf, v.number,
            case when t.book_shelf is null then 'missing' else 'differing' end as kind
        from library_build.book_chapter_note as b
        inner join library_stage.book_decision as v on v._rec = b._rec
        left join library.book_chapter_note as t
            on t.book_shelf = b.book_shelf
            and t.book_number = b.book_number
            and t.chapter_ordinal = b.chapter_ordinal
            and t.ordinal = b.ordinal
        where
            v._outcome = 'n'
            and (
                t.book_shelf is null
                or (t.note, t.checked, t."on")
                is distinct from
                (b.note, b.checked, b."on")
            )
        union all
        select
            v.shelf, v.number,
            'surplus' as kind
        from library.book_chapter_note as t
        inner join library_stage.book_decision as v on t.book_shelf = v.shelf and t.book_number = v.number
        where
            v._outcome = 'n'
            and not exists (
                select 1 from library_build.book_chapter_note as b
                where
                    b._rec = v._rec
                    and b.book_shelf = t.book_shelf
                    and b.book_number = t.book_number
                    and b.chapter_ordinal = t.chapter_ordinal
                    and b.ordinal = t.ordinal
            )
            and not loader.is_referenced('library.book_chapter_note'::regclass, t.ctid)
    ), noted as (
        insert into library_stage.book_touched (shelf, number, _table)
        select distinct
            d.shelf, d.number,
            2
        from damaged as d
    )
    select
        count(*) filter (where d.kind = 'missing'),
        count(*) filter (where d.kind = 'differing'),
        count(*) filter (where d.kind = 'surplus')
    into _v_missing, _v_differing, _v_surplus
    from damaged as d;
    _p_found := _p_found || jsonb_build_object('book_chapter_note', jsonb_build_object(
        'missing', _v_missing, 'differing', _v_differing, 'surplus', _v_surplus
    ));
    with damaged as (
        select
            v.shelf, v.number,
            case when t.book_shelf is null then 'missing' else 'differing' end as kind
        from library_build.book_mark as b
        inner join library_stage.book_decision as v on v._rec = b._rec
        left join library.book_mark as t
            on t.book_shelf = b.book_shelf
            and t.book_number = b.book_number
            and t.ordinal = b.ordinal
        where
            v._outcome = 'n'
            and (
                t.book_shelf is null
            )
        union all
        select
            v.shelf, v.number,
            'surplus' as kind
        from library.book_mark as t
        inner join library_stage.book_decision as v on t.book_shelf = v.shelf and t.book_number = v.number
        where
            v._outcome = 'n'
            and not exists (
                select 1 from library_build.book_mark as b
                where
                    b._rec = v._rec
                    and b.book_shelf = t.book_shelf
                    and b.book_number = t.book_number
                    and b.ordinal = t.ordinal
            )
            and not loader.is_referenced('library.book_mark'::regclass, t.ctid)
    ), noted as (
        insert into library_stage.book_touched (shelf, number, _table)
        select distinct
            d.shelf, d.number,
            3
        from damaged as d
    )
    select
        count(*) filter (where d.kind = 'missing'),
        count(*) filter (where d.kind = 'differing'),
        count(*) filter (where d.kind = 'surplus')
    into _v_missing, _v_differing, _v_surplus
    from damaged as d;
    _p_found := _p_found || jsonb_build_object('book_mark', jsonb_build_object(
        'missing', _v_missing, 'differing', _v_differing, 'surplus', _v_surplus
    ));
    update library_stage.book_decision as v
    set _outcome = 'u'
    from library_stage.book_touched as d
    where v._outcome = 'n' and d.shelf = v.shelf and d.number = v.number;
    truncate library_stage.book_touched;
end
$$;
comment on procedure library_stage.repair_book(bigint, jsonb) is
'For a repair: has rows of book and its children written again that are not what their record says.';

-- sql/dataset/verify/verify_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.unkept_book(_p_load bigint)
returns table (table_name text, found bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Rows of each table of book that are not as apply_book has written them.
-- They are missing, have another key, or are too many.
-- Called by loader.assert_applied, where somebody has made triggers or rules.
#variable_conflict use_column
begin
    return query
    select
        'book'::text,
        (
            select count(*)
            from library_stage.book_decision as v
            where
                v._outcome in ('i', 'u')
                and not exists (
                    select 1 from library.book as t
                    where
                        t.shelf = v.shelf and t.number = v.number
                        and t._source = v._source
                        and t._hash = v._hash
                )
        )
        + (
            select count(*)
            from library.book as t
            where
                t._source in (
                    select s.source_id from loader.source as s
                    where s.load_id = _p_load
                )
                and not exists (
                    select 1 from library_stage.book_decision as v
                    where
                        v._outcome in ('i', 'u')
                        and v.shelf = t.shelf and v.number = t.number
                )
        );
    return query
    select
        'book_chapter'::text,
        (
            select count(*)
            from library_build.book_chapter as b
            where
                b._rec in (
                    select v._rec from library_stage.book_decision as v
                    where v._outcome in ('i', 'u')
                )
                and not exists (
                    select 1 from library.book_chapter as t
                    where
                        t.book_shelf = b.book_shelf
                        and t.book_number = b.book_number
                        and t.ordinal = b.ordinal
                )
        ) + (
            select count(*)
            from library.book_chapter as t
            inner join library_stage.book_decision as v
                on t.book_shelf = v.shelf and t.book_number = v.number
            where
                v._outcome in ('i', 'u')
                and not exists (
                    select 1 from library_build.book_chapter as b
                    where
                        b._rec = v._rec
                        and b.book_shelf = t.book_shelf
                        and b.book_number = t.book_number
                        and b.ordinal = t.ordinal
                )
                and not loader.is_referenced('library.book_chapter'::regclass, t.ctid)
        );
    return query
    select
        'book_chapter_note'::text,
        (
            select count(*)
            from library_build.book_chapter_note as b
            where
                b._rec in (
                    select v._rec from library_stage.book_decision as v
                    where v._outcome in ('i', 'u')
                )
                and not exists (
                    select 1 from library.book_chapter_note as t
                    where
                        t.book_shelf = b.book_shelf
                        and t.book_number = b.book_number
                        and t.chapter_ordinal = b.chapter_ordinal
                        and t.ordinal = b.ordinal
                )
        ) + (
            select count(*)
            from library.book_chapter_note as t
            inner join library_stage.book_decision as v
                on t.book_shelf = v.shelf and t.book_number = v.number
            where
                v._outcome in ('i', 'u')
                and not exists (
                    select 1 from library_build.book_chapter_note as b
                    where
                        b._rec = v._rec
                        and b.book_shelf = t.book_shelf
                        and b.book_number = t.book_number
                        and b.chapter_ordinal = t.chapter_ordinal
                        and b.ordinal = t.ordinal
                )
                and not loader.is_referenced('library.book_chapter_note'::regclass, t.ctid)
        );
    return query
    select
        'book_mark'::text,
        (
            select count(*)
            from library_build.book_mark as b
            where
                b._rec in (
                    select v._rec from library_stage.book_decision as v
                    where v._outcome in ('i', 'u')
                )
                and not exists (
                    select 1 from library.book_mark as t
                    where
                        t.book_shelf = b.book_shelf
                        and t.book_number = b.book_number
                        and t.ordinal = b.ordinal
                )
        ) + (
            select count(*)
            from library.book_mark as t
            inner join library_stage.book_decision as v
                on t.book_shelf = v.shelf and t.book_number = v.number
            where
                v._outcome in ('i', 'u')
                and not exists (
                    select 1 from library_build.book_mark as b
                    where
                        b._rec = v._rec
                        and b.book_shelf = t.book_shelf
                        and b.book_number = t.book_number
                        and b.ordinal = t.ordinal
                )
                and not loader.is_referenced('library.book_mark'::regclass, t.ctid)
        );
end
$$;
comment on function library_stage.unkept_book(bigint) is
'Rows of each table of book that are not as they were written.';
create or replace function library_stage.staying_book()
returns table (table_name text, found bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Rows of each table of book that book_decision says are gone, but that are still there.
-- Called by loader.assert_applied, where somebody has made triggers or rules.
#variable_conflict use_column
begin
    return query
    select
        'book'::text,
        count(*)
    from library.book as t
    inner join library_stage.book_decision as v on t.shelf = v.shelf and t.number = v.number
    where
        v._outcome in ('g', 'x');
    return query
    select
        'book_chapter'::text,
        count(*)
    from library.book_chapter as t
    inner join library_stage.book_decision as v on t.book_shelf = v.shelf and t.book_number = v.number
    where
        v._outcome in ('g', 'x');
    return query
    select
        'book_chapter_note'::text,
        count(*)
    from library.book_chapter_note as t
    inner join library_stage.book_decision as v on t.book_shelf = v.shelf and t.book_number = v.number
    where
        v._outcome in ('g', 'x');
    return query
    select
        'book_mark'::text,
        count(*)
    from library.book_mark as t
    inner join library_stage.book_decision as v on t.book_shelf = v.shelf and t.book_number = v.number
    where
        v._outcome in ('g', 'x');
end
$$;
comment on function library_stage.staying_book() is
'Rows of each table of book that should be gone and are not.';

-- sql/dataset/history/record_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.record_book(
    _p_load bigint,
    _p_history boolean,
    inout _p_deleted bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Notes what a publication is about to change in book and its children: library against library_build.
-- _p_history: whether the versions before are kept, and records noted whose source alone is another.
-- Called by loader.record_replacement.
#variable_conflict use_column
begin
    _p_deleted := 0;
    if to_regclass('library.book') is null then
        return;
    end if;
    truncate library_stage.book_touched;
    -- Rows in use against those that take their place, by key and hash.
    insert into library_history.book_change (
        load_id, shelf, number, op, columns,
        source_before, record_before, hash_before, source_after, record_after, hash_after, before
    )
    select
        _p_load,
        coalesce(b.shelf, t.shelf),
        coalesce(b.number, t.number),
        o.op,
        case
            when o.op = 'update' then array_remove(array[
                case
                    when t.title
                        is distinct from b.title
                    then 'title'
                end,
                case
                    when t.isbn
                        is distinct from b.isbn
                    then 'isbn'
                end,
                case
                    when t.pages
                        is distinct from b.pages
                    then 'pages'
                end,
                case
                    when t.price::text
                        is distinct from b.price::text
                    then 'price'
                end,
                case
                    when t.binding
                        is distinct from b.binding
                    then 'binding'
                end,
                case
                    when t.languages
                        is distinct from b.languages
                    then 'languages'
                end,
                case
                    when t.years
                        is distinct from b.years
                    then 'years'
                end,
                case
                    when t.bought
                        is distinct from b.bought
                    then 'bought'
                end,
                case
                    when t.lent_at
                        is distinct from b.lent_at
                    then 'lent_at'
                end,
                case
                    when t."user"
                        is distinct from b."user"
                    then 'user'
                end,
                case
                    when t.edition
                        is distinct from b.edition
                    then 'edition'
                end
            ]::text[], null)
        end,
        t._source as source_before,
        t._record as record_before,
        t._hash as hash_before,
        b._source as source_after,
        b._record as record_after,
        b._hash as hash_after,
        case
            when _p_history and o.op in ('update', 'delete')
                then library_stage.version_of_book(t.shelf, t.number)
        end
    from library.book as t
    full join library_build.book as b on b.shelf = t.shelf and b.number = t.number
    cross join lateral unnest(array[
        case
            when t._hash is null then 'insert'
            when b._hash is null then 'delete'
            when t._hash <> b._hash then 'update'
            else 'same'
        end
    ]) as o (op)
    where o.op <> 'same' or _p_history and (t._source, t._record) <> (b._source, b._record);
    if _p_history then
        perform loader.keep_users_columns(_p_load, 'book');
    end if;
    if exists (
        select 1 from library_history.book_change as c
        where c.load_id = _p_load and c.op = 'update'
    ) then
        insert into library_stage.book_touched (shelf, number, _table)
        select distinct
            d.book_shelf, d.book_number,
            1
        from (
            (
                select t.book_shelf, t.book_number, t.ordinal, t.title, t.page
                from library.book_chapter as t
                inner join library_history.book_change as c
                    on c.load_id = _p_load and c.op = 'update'
                    and t.book_shelf = c.shelf and t.book_number = c.number
                except
                select o.book_shelf, o.book_number, o.ordinal, o.title, o.page
                from library_build.book_chapter as o
            )
            union all
            (
                select t.book_shelf, t.book_number, t.ordinal, t.title, t.page
                from library_build.book_chapter as t
                inner join library_history.book_change as c
                    on c.load_id = _p_load and c.op = 'update'
                    and t.book_shelf = c.shelf and t.book_number = c.number
                except
                select o.book_shelf, o.book_number, o.ordinal, o.title, o.page
                from library.book_chapter as o
            )
        ) as d;
        insert into library_stage.book_touched (shelf, number, _table)
        select distinct
            d.book_shelf, d.book_number,
            2
        from (
            (
                select t.book_shelf, t.book_number, t.chapter_ordinal, t.ordinal, t.note, t.checked, t."on"
                from library.book_chapter_note as t
                inner join library_history.book_change as c
                    on c.load_id = _p_load and c.op = 'update'
                    and t.book_shelf = c.shelf and t.book_number = c.number
                except
                select o.book_shelf, o.book_number, o.chapter_ordinal, o.ordinal, o.note, o.checked, o."on"
                from library_build.book_chapter_note as o
            )
            union all
            (
                select t.book_shelf, t.book_number, t.chapter_ordinal, t.ordinal, t.note, t.checked, t."on"
                from library_build.book_chapter_note as t
                inner join library_history.book_change as c
                    on c.load_id = _p_load and c.op = 'update'
                    and t.book_shelf = c.shelf and t.book_number = c.number
                except
                select o.book_shelf, o.book_number, o.chapter_ordinal, o.ordinal, o.note, o.checked, o."on"
                from library.book_chapter_note as o
            )
        ) as d;
        insert into library_stage.book_touched (shelf, number, _table)
        select distinct
            d.book_shelf, d.book_number,
            3
        from (
            (
                select t.book_shelf, t.book_number, t.ordinal
                from library.book_mark as t
                inner join library_history.book_change as c
                    on c.load_id = _p_load and c.op = 'update'
                    and t.book_shelf = c.shelf and t.book_number = c.number
                except
                select o.book_shelf, o.book_number, o.ordinal
                from library_build.book_mark as o
            )
            union all
            (
                select t.book_shelf, t.book_number, t.ordinal
                from library_build.book_mark as t
                inner join library_history.book_change as c
                    on c.load_id = _p_load and c.op = 'update'
                    and t.book_shelf = c.shelf and t.book_number = c.number
                except
                select o.book_shelf, o.book_number, o.ordinal
                from library.book_mark as o
            )
        ) as d;
        -- Child tables follow the root's columns in what changed.
        update library_history.book_change as h
        set columns = h.columns || r.names
        from (
            select
                u.shelf, u.number,
                array_agg(u.name order by u.place) as names
            from (
                select distinct
                    o.shelf, o.number,
                    n.name,
                    n.place
                from library_stage.book_touched as o
                inner join unnest(array[
                    'book_chapter',
                    'book_chapter_note',
                    'book_mark'
                ]::text[]) with ordinality as n (name, place) on n.place = o._table
            ) as u
            group by u.shelf, u.number
        ) as r
        where h.load_id = _p_load and h.shelf = r.shelf and h.number = r.number;
    end if;
    select count(*) into _p_deleted
    from library_history.book_change as c
    where c.load_id = _p_load and c.op = 'delete';
end
$$;
comment on procedure library_stage.record_book(bigint, boolean, bigint) is
'Notes what a publication is about to change in book and its children.';

-- sql/dataset/rollback/undo_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.pick_undone_book(
    _p_undone bigint,
    _p_first boolean,
    inout _p_touched bigint,
    inout _p_keys text[]
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Puts into book_decision what takes back the changes of load _p_undone. _p_first: that found empty tables,
-- so all of its rows go. _p_touched, _p_keys: how many of its records are not as it has left them, and the first
-- of them. Called by loader.rollback.
#variable_conflict use_column
declare
    _v_sources bigint[] := array(select s.source_id from loader.source as s where s.load_id = _p_undone);
begin
    truncate
        library_stage.book_decision,
        library_stage.book_touched;
    if _p_first then
        -- All that a first load brought is to go.
        insert into library_stage.book_decision (
            shelf, number, _old_source, _old_record, _old_hash, _outcome
        )
        select
            t.shelf, t.number,
            t._source,
            t._record,
            t._hash,
            'x'
        from library.book as t
        where t._source = any(_v_sources);
        -- Of a first load no changes are recorded; what later loads changed of its rows is.
        select
            count(*),
            array_agg(o.key order by o.place) filter (where o.place <= 20)
        into _p_touched, _p_keys
        from (
            select
                'book' || ' ' || concat_ws('/', c.shelf, c.number) as key,
                row_number() over (order by c.shelf, c.number) as place
            from (
                select distinct h.shelf, h.number
                from library_history.book_change as h
                where h.load_id > _p_undone and h.source_before = any(_v_sources)
            ) as c
            left join library.book as t
                on t.shelf = c.shelf and t.number = c.number and t._source = any(_v_sources)
            where t._source is null
        ) as o;
    else
        -- What a load inserted is to go, what it deleted to come back, all else to be as it was.
        insert into library_stage.book_decision (
            shelf, number, _source, _record, _rec, _hash,
            _old_source, _old_record, _old_hash, _was_marked, _outcome
        )
        select
            c.shelf, c.number,
            c.source_before,
            c.record_before,
            loader.record_id(c.source_before, c.record_before),
            c.hash_before,
            t._source,
            t._record,
            t._hash,
            c.op = 'mark' or '_gone_since' = any(coalesce(c.columns, '{}')),
            case c.op when 'insert' then 'x' when 'delete' then 'i' else 'u' end
        from library_history.book_change as c
        left join library.book as t on t.shelf = c.shelf and t.number = c.number
        where c.load_id = _p_undone and c.op <> 'same';
        -- Records that are not as the load has left them.
        select
            count(*),
            array_agg(o.key order by o.place) filter (where o.place <= 20)
        into _p_touched, _p_keys
        from (
            select
                'book' || ' ' || concat_ws('/', c.shelf, c.number) as key,
                row_number() over (order by c.shelf, c.number) as place
            from library_history.book_change as c
            left join library.book as t on t.shelf = c.shelf and t.number = c.number
            where
                c.load_id = _p_undone
                and (t._source, t._record, t._hash) is distinct from (
                    case c.op when 'mark' then c.source_before else c.source_after end,
                    case c.op when 'mark' then c.record_before else c.record_after end,
                    case c.op when 'mark' then c.hash_before else c.hash_after end
                )
        ) as o;
    end if;
    perform loader.gather_statistics(
        'library_stage.book_decision'::regclass
    );
end
$$;
comment on procedure library_stage.pick_undone_book(bigint, boolean, bigint, text[]) is
'Decides what takes back the changes of a load; tells which records are not as it has left them.';
create or replace procedure library_stage.undo_book(
    _p_load bigint,
    _p_undone bigint,
    _p_history boolean,
    inout _p_left bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Writes what pick_undone_book has decided, in the name of load _p_load: puts the versions from before load
-- _p_undone into the build and applies them as those of any load. _p_left: rows that could not be brought back, as
-- foreign keys of other tables refer to children, or since it is not recorded where they came from.
-- Called by loader.rollback.
#variable_conflict use_column
begin
    insert into library_build.book (
        shelf, number, title, isbn, pages, price, binding, languages, years, bought, lent_at, "user", edition,
        _source, _record, _hash
    )
    select
        r.shelf, r.number, r.title, r.isbn, r.pages, r.price, r.binding, r.languages, r.years, r.bought,
        r.lent_at, r."user", r.edition,
        r._source, r._record, r._hash
    from library_history.book_change as c
    cross join lateral jsonb_to_record(c.before -> 'row') as r (
        shelf text,
        number integer,
        title varchar(200),
        isbn text,
        pages integer,
        price numeric,
        binding text,
        languages text[],
        years integer[],
        bought date,
        lent_at timestamptz,
        "user" text,
        edition bigint,
        _source integer,
        _record bigint,
        _hash uuid
    )
    where c.load_id = _p_undone and c.op not in ('insert', 'same');
    insert into library_build.book_chapter (
        book_shelf, book_number, ordinal, title, page, _rec
    )
    select
        r.book_shelf, r.book_number, r.ordinal, r.title, r.page,
        loader.record_id(c.source_before, c.record_before)
    from library_history.book_change as c
    cross join lateral jsonb_to_recordset(c.before -> 'children' -> 'book_chapter') as r (
        book_shelf text,
        book_number integer,
        ordinal integer,
        title text,
        page integer
    )
    where c.load_id = _p_undone and c.op not in ('insert', 'same');
    insert into library_build.book_chapter_note (
        book_shelf, book_number, chapter_ordinal, ordinal, note, checked, "on", _rec
    )
    select
        r.book_shelf, r.book_number, r.chapter_ordinal, r.ordinal, r.note, r.checked, r."on",
        loader.record_id(c.source_before, c.record_before)
    from library_history.book_change as c
    cross join lateral jsonb_to_recordset(c.before -> 'children' -> 'book_chapter_note') as r (
        book_shelf text,
        book_number integer,
        chapter_ordinal integer,
        ordinal integer,
        note text,
        checked boolean,
        "on" timestamp
    )
    where c.load_id = _p_undone and c.op not in ('insert', 'same');
    insert into library_build.book_mark (
        book_shelf, book_number, ordinal, _rec
    )
    select
        r.book_shelf, r.book_number, r.ordinal,
        loader.record_id(c.source_before, c.record_before)
    from library_history.book_change as c
    cross join lateral jsonb_to_recordset(c.before -> 'children' -> 'book_mark') as r (
        book_shelf text,
        book_number integer,
        ordinal integer
    )
    where c.load_id = _p_undone and c.op not in ('insert', 'same');
    call library_stage.apply_book(_p_load, _p_history);
    -- Records of which a replace changed nothing but their source.
    with moved as (
        update library.book as t
        set _source = c.source_before, _record = c.record_before
        from library_history.book_change as c
        where c.load_id = _p_undone and c.op = 'same' and c.shelf = t.shelf and c.number = t.number
        returning c.*
    )
    insert into library_history.book_change (
        load_id, shelf, number, op,
        source_before, record_before, hash_before, source_after, record_after, hash_after
    )
    select
        _p_load,
        m.shelf, m.number,
        'same',
        m.source_after,
        m.record_after,
        m.hash_after,
        m.source_before,
        m.record_before,
        m.hash_before
    from moved as m;
    -- What the load found unchanged counts no more.
    delete from library_stage.book_key_log as s
    using loader.chunk as k
    where k.chunk_id = s.chunk_id and k.load_id = _p_undone;
    -- Rows of the load that are still there, and children that should not be.
    select sum(l.found)
    into _p_left
    from (
        select count(*) as found
        from library.book as t
        where
            t._source in (
                select s.source_id
                from loader.source as s
                where s.load_id = _p_undone
            )
        union all
        select count(*) as found
        from library_stage.book_decision as v
        inner join library.book_chapter as t on t.book_shelf = v.shelf and t.book_number = v.number
        where
            v._outcome = 'u'
            and not exists (
                select 1 from library_build.book_chapter as b
                where b.book_shelf = t.book_shelf
                and b.book_number = t.book_number
                and b.ordinal = t.ordinal
            )
        union all
        select count(*) as found
        from library_stage.book_decision as v
        inner join library.book_chapter_note as t on t.book_shelf = v.shelf and t.book_number = v.number
        where
            v._outcome = 'u'
            and not exists (
                select 1 from library_build.book_chapter_note as b
                where b.book_shelf = t.book_shelf
                and b.book_number = t.book_number
                and b.chapter_ordinal = t.chapter_ordinal
                and b.ordinal = t.ordinal
            )
        union all
        select count(*) as found
        from library_stage.book_decision as v
        inner join library.book_mark as t on t.book_shelf = v.shelf and t.book_number = v.number
        where
            v._outcome = 'u'
            and not exists (
                select 1 from library_build.book_mark as b
                where b.book_shelf = t.book_shelf
                and b.book_number = t.book_number
                and b.ordinal = t.ordinal
            )
    ) as l;
end
$$;
comment on procedure library_stage.undo_book(bigint, bigint, boolean, bigint) is
'Brings back the book records that a load had changed.';

-- sql/dataset/merge_chunk/merge_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.merge_book(
    _p_load bigint,
    _p_chunk bigint,
    _p_first bigint,
    _p_slot integer,
    _p_same text[],
    inout _p_inserted bigint,
    inout _p_updated bigint,
    inout _p_unchanged bigint,
    inout _p_duplicate bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Merges the book records staged in a slot into library: roots that are new or newer, then their
-- children by difference. _p_first: the first source of this load. _p_same: records of the chunk that are not staged,
-- since they equal the rows that have their keys: arrays of record numbers, keys by column; null: none.
-- Called by loader.merge_chunk, which holds the chunk's fence. Raises LD016, LD029.
-- Custom plans lock the parent and one partition; generic ones would lock the partitions of all workers.
#variable_conflict use_column
declare
    _v_newer bigint[];
    _v_same_record bigint[] := _p_same[1]::bigint[];
    _v_same_1 text[] := _p_same[2]::text[];
    _v_same_2 integer[] := _p_same[3]::integer[];
    _v_still bigint;
    _v_winners bigint[];
    _v_writing bigint[];
    _v_inserted bigint[];
    _v_updated bigint[];
    _v_records bigint[];
    _v_fresh boolean[];
    _v_who text;
    _v_unkept bigint;
    _v_referenced tid[];
    _v_inserted_1 text[];
    _v_updated_1 text[];
    _v_inserted_2 integer[];
    _v_updated_2 integer[];
begin
    -- One version of each key in the chunk wins, staged or not: all are of one source, so the record number decides.
    select array_agg(w._record order by w._record)
    into _v_winners
    from (
        select distinct on (v.shelf, v.number)
            v._record,
            v.is_staged
        from (
            select s.shelf, s.number, s._record, true as is_staged
            from library_stage.book as s
            where s._slot = _p_slot
            union all
            select u.shelf, u.number, u._record, false
            from unnest(_v_same_record, _v_same_1, _v_same_2)
                as u (_record, shelf, number)
        ) as v
        order by v.shelf, v.number, v._record desc
    ) as w
    where w.is_staged;
    if _v_winners is null and _v_same_record is null then
        _p_inserted := 0;
        _p_updated := 0;
        _p_unchanged := 0;
        _p_duplicate := 0;
        return;
    end if;
    if _v_same_record is not null then
        -- What was found to be as it is here, and hence was not read, must still be so: who writes a row gives it a
        -- new _source. A key that comes twice among them counts as a change, too: the chunk is then merged in full.
        select count(*)
        into _v_still
        from library.book as t
        where
            (t.shelf, t.number) in (
                select * from unnest(_v_same_1, _v_same_2)
            )
            and t._source < _p_first;
        if _v_still <> cardinality(_v_same_record) then
            raise exception 'a book of chunk % is no longer as it was when it was compared', _p_chunk
                using errcode = 'LD016', hint = 'the chunk is merged again, with all of its records';
        end if;
    end if;
    if
        _v_winners is null
        and not exists (
            select 1 from library_stage.book as s
            where s._slot = _p_slot
        )
        and not exists (
            select 1 from library_stage.book_key_log as n
            where n.chunk_id = _p_chunk
        )
    then
        -- Nothing was read: the keys are noted as they came.
        insert into library_stage.book_key_log (
            chunk_id, shelf, number, record, outcome
        )
        values (
            _p_chunk, _v_same_1, _v_same_2, _v_same_record, repeat('n', cardinality(_v_same_record))
        );
        _p_inserted := 0;
        _p_updated := 0;
        _p_unchanged := cardinality(_v_same_record);
        _p_duplicate := 0;
        return;
    end if;
    _v_writing := _v_winners;
    _v_newer := loader.newer_chunks(_p_chunk, 'newest');
    if _v_newer <> '{}' then
        -- A newer source of another load has found some of these keys unchanged. That was a decision, though it wrote
        -- nothing: they stay as they are. What equals its row counts as unchanged all the same: of a key that came more
        -- than once, the chunks of the newer source decide whether it was noted or written.
        with confirmed as (
            select u.shelf, u.number
            from library_stage.book_key_log as s
            cross join lateral unnest(s.shelf, s.number, string_to_array(s.outcome, null))
                as u (shelf, number, outcome)
            where s.chunk_id = any(_v_newer) and u.outcome = 'n'
        )
        select coalesce(array_agg(s._record order by s._record), '{}')
        into _v_writing
        from library_stage.book as s
        where
            s._slot = _p_slot
            and s._record = any(_v_winners)
            and not exists (
                select 1 from confirmed as f
                where f.shelf = s.shelf and f.number = s.number
            );
    end if;
    if _v_writing <> '{}' and loader.is_out_of_order(_p_chunk, 'book') then
        -- A whole newer dump has decided about every key but those that it rejected itself.
        select coalesce(array_agg(s._record order by s._record), '{}')
        into _v_writing
        from library_stage.book as s
        inner join library_stage.undecided_book(_p_load) as u
            on u.source_id = s._source and u.shelf = s.shelf and u.number = s.number
        where s._slot = _p_slot and s._record = any(_v_writing);
    end if;
    if _v_writing <> '{}' then
        -- What the rows looked like before this load, should they be written: its counts are against that state.
        -- In key order, as all that loaders may meet at.
        insert into library_stage.book_before (load_id, shelf, number, hash)
        select
            _p_load,
            t.shelf, t.number,
            t._hash
        from library_stage.book as s
        inner join library.book as t on t.shelf = s.shelf and t.number = s.number
        where s._slot = _p_slot and t._hash <> s._hash and t._source < _p_first
        order by t.shelf, t.number
        on conflict do nothing;
        -- Only the row that is there when it is locked tells whether this one is newer: others write it meanwhile, too.
        with written as (
            -- In key order, so that it does not deadlock with others that write these rows.
            insert into library.book as t (
                shelf, number, title, isbn, pages, price, binding, languages, years, bought, lent_at, "user", edition,
                _source, _record, _hash
            )
            select
                b.shelf, b.number, b.title, b.isbn, b.pages, b.price, b.binding, b.languages, b.years, b.bought,
                b.lent_at, b."user", b.edition, b._source, b._record, b._hash
            from library_stage.book as b
            where b._slot = _p_slot and b._record = any(_v_writing)
            order by b.shelf, b.number
            on conflict (shelf, number) do update set
                title = excluded.title,
                isbn = excluded.isbn,
                pages = excluded.pages,
                price = excluded.price,
                binding = excluded.binding,
                languages = excluded.languages,
                years = excluded.years,
                bought = excluded.bought,
                lent_at = excluded.lent_at,
                "user" = excluded."user",
                edition = excluded.edition,
                _source = excluded._source,
                _record = excluded._record,
                _hash = excluded._hash
            where
                (t._hash <> excluded._hash or t._source >= _p_first)
                and (
                    loader.is_newer(
                        excluded._source, excluded._record, t._source, t._record, 'newest'
                    )
                    or t._hash = loader.unknown_hash() and not loader.is_newer(
                        t._source, t._record, excluded._source, excluded._record, 'newest'
                    )
                )
            returning t.shelf, t.number, t._source, t._record, (t.xmax = 0) as fresh
        )
        select
            array_agg(w.shelf) filter (where w.fresh),
            array_agg(w.shelf) filter (where not w.fresh),
            array_agg(w.number) filter (where w.fresh),
            array_agg(w.number) filter (where not w.fresh),
            coalesce(array_agg(loader.record_id(w._source, w._record)) filter (where w.fresh), '{}'),
            coalesce(array_agg(loader.record_id(w._source, w._record)) filter (where not w.fresh), '{}'),
            coalesce(array_agg(w._record), '{}'),
            coalesce(array_agg(w.fresh), '{}')
        into _v_inserted_1, _v_updated_1, _v_inserted_2, _v_updated_2, _v_inserted, _v_updated, _v_records, _v_fresh
        from written as w;
    end if;
    if _v_inserted <> '{}' then
        begin
            insert into library.book_chapter (
                book_shelf, book_number, ordinal, title, page
            )
            select
                b.book_shelf, b.book_number, b.ordinal, b.title, b.page
            from library_stage.book_chapter as b
            where
                b._slot = _p_slot and b._rec = any(_v_inserted);
            insert into library.book_chapter_note (
                book_shelf, book_number, chapter_ordinal, ordinal, note, checked, "on"
            )
            select
                b.book_shelf, b.book_number, b.chapter_ordinal, b.ordinal, b.note, b.checked, b."on"
            from library_stage.book_chapter_note as b
            where
                b._slot = _p_slot and b._rec = any(_v_inserted);
            insert into library.book_mark (
                book_shelf, book_number, ordinal
            )
            select
                b.book_shelf, b.book_number, b.ordinal
            from library_stage.book_mark as b
            where
                b._slot = _p_slot and b._rec = any(_v_inserted);
        exception
            when unique_violation then
                -- Somebody has deleted roots without their children: these are replaced as those of the updated are.
                _v_updated := _v_inserted || _v_updated;
                _v_updated_1 := _v_inserted_1 || _v_updated_1;
                _v_updated_2 := _v_inserted_2 || _v_updated_2;
        end;
    end if;
    if _v_updated <> '{}' then
        _v_referenced := '{}';
        if loader.reference_guard('library.book_chapter'::regclass, 't') <> '' then

            -- Rows that changed records no longer have, but that others refer to.
            select coalesce(
                array_agg(s.place) filter (
                    where loader.is_referenced('library.book_chapter'::regclass, s.place)
                ),
                '{}'
            )
            into _v_referenced
            from (
                select t.ctid as place
                from library.book_chapter as t
                where
                    (t.book_shelf, t.book_number) in (
                        select * from unnest(_v_updated_1, _v_updated_2)
                    )
                    and not exists (
                        select 1 from library_stage.book_chapter as b
                        where
                            b._slot = _p_slot and b._rec = any(_v_updated)
                            and b.book_shelf = t.book_shelf
                            and b.book_number = t.book_number
                            and b.ordinal = t.ordinal
                    )
                offset 0
            ) as s;
            perform loader.report_surplus(_p_load, 'book_chapter', cardinality(_v_referenced));
        end if;

        delete from library.book_chapter as t
            where
                (t.book_shelf, t.book_number) in (
                    select * from unnest(_v_updated_1, _v_updated_2)
                )
                and not exists (
                    select 1 from library_stage.book_chapter as b
                    where
                        b._slot = _p_slot and b._rec = any(_v_updated)
                        and b.book_shelf = t.book_shelf
                        and b.book_number = t.book_number
                        and b.ordinal = t.ordinal
                )
                and t.ctid <> all(_v_referenced);
        -- Only rows that differ: ON CONFLICT would lock, and so write, those that do not.
        insert into library.book_chapter as t (
            book_shelf, book_number, ordinal, title, page
        )
        select
            b.book_shelf, b.book_number, b.ordinal, b.title, b.page
        from library_stage.book_chapter as b
        where
            b._slot = _p_slot and b._rec = any(_v_updated)
            and not exists (
                select 1 from library.book_chapter as o
                where
                    o.book_shelf = b.book_shelf
                    and o.book_number = b.book_number
                    and o.ordinal = b.ordinal
                    and (o.title, o.page)
                    is not distinct from
                    (b.title, b.page)
            )
        order by b.book_shelf, b.book_number, b.ordinal
        on conflict (book_shelf, book_number, ordinal) do update set
            title = excluded.title,
            page = excluded.page;
        _v_referenced := '{}';
        if loader.reference_guard('library.book_chapter_note'::regclass, 't') <> '' then

            -- Rows that changed records no longer have, but that others refer to.
            select coalesce(
                array_agg(s.place) filter (
                    where loader.is_referenced('library.book_chapter_note'::regclass, s.place)
                ),
                '{}'
            )
            into _v_referenced
            from (
                select t.ctid as place
                from library.book_chapter_note as t
                where
                    (t.book_shelf, t.book_number) in (
                        select * from unnest(_v_updated_1, _v_updated_2)
                    )
                    and not exists (
                        select 1 from library_stage.book_chapter_note as b
                        where
                            b._slot = _p_slot and b._rec = any(_v_updated)
                            and b.book_shelf = t.book_shelf
                            and b.book_number = t.book_number
                            and b.chapter_ordinal = t.chapter_ordinal
                            and b.ordinal = t.ordinal
                    )
                offset 0
            ) as s;
            perform loader.report_surplus(_p_load, 'book_chapter_note', cardinality(_v_referenced));
        end if;

        delete from library.book_chapter_note as t
            where
                (t.book_shelf, t.book_number) in (
                    select * from unnest(_v_updated_1, _v_updated_2)
                )
                and not exists (
                    select 1 from library_stage.book_chapter_note as b
                    where
                        b._slot = _p_slot and b._rec = any(_v_updated)
                        and b.book_shelf = t.book_shelf
                        and b.book_number = t.book_number
                        and b.chapter_ordinal = t.chapter_ordinal
                        and b.ordinal = t.ordinal
                )
                and t.ctid <> all(_v_referenced);
        -- Only rows that differ: ON CONFLICT would lock, and so write, those that do not.
        insert into library.book_chapter_note as t (
            book_shelf, book_number, chapter_ordinal, ordinal, note, checked, "on"
        )
        select
            b.book_shelf, b.book_number, b.chapter_ordinal, b.ordinal, b.note, b.checked, b."on"
        from library_stage.book_chapter_note as b
        where
            b._slot = _p_slot and b._rec = any(_v_updated)
            and not exists (
                select 1 from library.book_chapter_note as o
                where
                    o.book_shelf = b.book_shelf
                    and o.book_number = b.book_number
                    and o.chapter_ordinal = b.chapter_ordinal
                    and o.ordinal = b.ordinal
                    and (o.note, o.checked, o."on")
                    is not distinct from
                    (b.note, b.checked, b."on")
            )
        order by b.book_shelf, b.book_number, b.chapter_ordinal, b.ordinal
        on conflict (book_shelf, book_number, chapter_ordinal, ordinal) do update set
            note = excluded.note,
            checked = excluded.checked,
            "on" = excluded."on";
        _v_referenced := '{}';
        if loader.reference_guard('library.book_mark'::regclass, 't') <> '' then

            -- Rows that changed records no longer have, but that others refer to.
            select coalesce(
                array_agg(s.place) filter (
                    where loader.is_referenced('library.book_mark'::regclass, s.place)
                ),
                '{}'
            )
            into _v_referenced
            from (
                select t.ctid as place
                from library.book_mark as t
                where
                    (t.book_shelf, t.book_number) in (
                        select * from unnest(_v_updated_1, _v_updated_2)
                    )
                    and not exists (
                        select 1 from library_stage.book_mark as b
                        where
                            b._slot = _p_slot and b._rec = any(_v_updated)
                            and b.book_shelf = t.book_shelf
                            and b.book_number = t.book_number
                            and b.ordinal = t.ordinal
                    )
                offset 0
            ) as s;
            perform loader.report_surplus(_p_load, 'book_mark', cardinality(_v_referenced));
        end if;

        delete from library.book_mark as t
            where
                (t.book_shelf, t.book_number) in (
                    select * from unnest(_v_updated_1, _v_updated_2)
                )
                and not exists (
                    select 1 from library_stage.book_mark as b
                    where
                        b._slot = _p_slot and b._rec = any(_v_updated)
                        and b.book_shelf = t.book_shelf
                        and b.book_number = t.book_number
                        and b.ordinal = t.ordinal
                )
                and t.ctid <> all(_v_referenced);
        -- Only rows that differ: ON CONFLICT would lock, and so write, those that do not.
        insert into library.book_mark as t (
            book_shelf, book_number, ordinal
        )
        select
            b.book_shelf, b.book_number, b.ordinal
        from library_stage.book_mark as b
        where
            b._slot = _p_slot and b._rec = any(_v_updated)
            and not exists (
                select 1 from library.book_mark as o
                where
                    o.book_shelf = b.book_shelf
                    and o.book_number = b.book_number
                    and o.ordinal = b.ordinal
            )
        order by b.book_shelf, b.book_number, b.ordinal
        on conflict (book_shelf, book_number, ordinal) do nothing;
    end if;
    _v_who := loader.entity_interferers('library', 'book');
    if _v_who <> '' and _v_writing <> '{}' then
        -- Triggers or rules of others may have skipped rows, added some, or given them other keys. A root that was not
        -- written may have given way to a newer one meanwhile.
        select sum(u.unkept)
        into _v_unkept
        from (
            select count(*) as unkept
            from library_stage.book as s
            left join library.book as t on t.shelf = s.shelf and t.number = s.number
            where
                s._slot = _p_slot
                and s._record = any(_v_writing)
                and (
                    t._source is null
                    or s._record = any(_v_records) and (t._source, t._record) <> (s._source, s._record)
                    or s._record <> all(_v_records)
                    and (t._hash <> s._hash or t._source >= _p_first)
                    and loader.is_newer(s._source, s._record, t._source, t._record, 'newest')
                )
            union all
            select count(*)
            from library_stage.book_chapter as s
            where
                s._slot = _p_slot
                and s._rec = any(_v_inserted || _v_updated)
                and not exists (
                    select 1 from library.book_chapter as t
                    where
                        t.book_shelf = s.book_shelf
                        and t.book_number = s.book_number
                        and t.ordinal = s.ordinal
                )
            union all
            select count(*)
            from library_stage.book as r
            inner join library.book_chapter as t on t.book_shelf = r.shelf and t.book_number = r.number
            where
                r._slot = _p_slot
                and loader.record_id(r._source, r._record) = any(_v_inserted || _v_updated)
                and not exists (
                    select 1 from library_stage.book_chapter as s
                    where
                        s._slot = _p_slot
                        and s._rec = loader.record_id(r._source, r._record)
                        and s.book_shelf = t.book_shelf
                        and s.book_number = t.book_number
                        and s.ordinal = t.ordinal
                )
                and not loader.is_referenced('library.book_chapter'::regclass, t.ctid)
            union all
            select count(*)
            from library_stage.book_chapter_note as s
            where
                s._slot = _p_slot
                and s._rec = any(_v_inserted || _v_updated)
                and not exists (
                    select 1 from library.book_chapter_note as t
                    where
                        t.book_shelf = s.book_shelf
                        and t.book_number = s.book_number
                        and t.chapter_ordinal = s.chapter_ordinal
                        and t.ordinal = s.ordinal
                )
            union all
            select count(*)
            from library_stage.book as r
            inner join library.book_chapter_note as t on t.book_shelf = r.shelf and t.book_number = r.number
            where
                r._slot = _p_slot
                and loader.record_id(r._source, r._record) = any(_v_inserted || _v_updated)
                and not exists (
                    select 1 from library_stage.book_chapter_note as s
                    where
                        s._slot = _p_slot
                        and s._rec = loader.record_id(r._source, r._record)
                        and s.book_shelf = t.book_shelf
                        and s.book_number = t.book_number
                        and s.chapter_ordinal = t.chapter_ordinal
                        and s.ordinal = t.ordinal
                )
                and not loader.is_referenced('library.book_chapter_note'::regclass, t.ctid)
            union all
            select count(*)
            from library_stage.book_mark as s
            where
                s._slot = _p_slot
                and s._rec = any(_v_inserted || _v_updated)
                and not exists (
                    select 1 from library.book_mark as t
                    where
                        t.book_shelf = s.book_shelf
                        and t.book_number = s.book_number
                        and t.ordinal = s.ordinal
                )
            union all
            select count(*)
            from library_stage.book as r
            inner join library.book_mark as t on t.book_shelf = r.shelf and t.book_number = r.number
            where
                r._slot = _p_slot
                and loader.record_id(r._source, r._record) = any(_v_inserted || _v_updated)
                and not exists (
                    select 1 from library_stage.book_mark as s
                    where
                        s._slot = _p_slot
                        and s._rec = loader.record_id(r._source, r._record)
                        and s.book_shelf = t.book_shelf
                        and s.book_number = t.book_number
                        and s.ordinal = t.ordinal
                )
                and not loader.is_referenced('library.book_mark'::regclass, t.ctid)
        ) as u;
        perform loader.report_altered(_p_load, 'library.book', _v_unkept,
            _v_who);
    end if;
    -- One row a chunk: the keys it read and what became of each (i inserted, u updated, n unchanged, d duplicate). A
    -- chunk that is merged a second time keeps what it counted then, but for what it writes now.
    with earlier as (
        select
            u.record,
            u.outcome
        from library_stage.book_key_log as n
        cross join lateral unnest(n.record, string_to_array(n.outcome, null)) as u (record, outcome)
        where n.chunk_id = _p_chunk
    ), judged as (
        select
            s.shelf, s.number,
            s._record,
            case
                when o.outcome is not null and w.fresh is null then o.outcome
                when w.fresh then 'i'
                when not w.fresh then 'u'
                when not (s._record = any(_v_winners)) then 'd'
                when t._hash = s._hash and t._source < _p_first then 'n'
                else 'd'
            end as outcome
        from library_stage.book as s
        left join unnest(_v_records, _v_fresh) as w (_record, fresh) on w._record = s._record
        left join earlier as o on o.record = s._record
        left join library.book as t on t.shelf = s.shelf and t.number = s.number
        where s._slot = _p_slot
        union all
        select
            u.shelf, u.number,
            u._record,
            coalesce(o.outcome, 'n') as outcome
        from unnest(_v_same_record, _v_same_1, _v_same_2)
            as u (_record, shelf, number)
        left join earlier as o on o.record = u._record
    ), kept as (
        insert into library_stage.book_key_log (
            chunk_id, shelf, number, record, outcome
        )
        select
            _p_chunk,
            array_agg(j.shelf order by j._record),
            array_agg(j.number order by j._record),
            array_agg(j._record order by j._record),
            string_agg(j.outcome, '' order by j._record)
        from judged as j
        having count(*) > 0
        on conflict (chunk_id) do update set
            shelf = excluded.shelf,
            number = excluded.number,
            record = excluded.record,
            outcome = excluded.outcome
    )
    select
        count(*) filter (where j.outcome = 'i'),
        count(*) filter (where j.outcome = 'u'),
        count(*) filter (where j.outcome = 'n'),
        count(*) filter (where j.outcome = 'd')
    into _p_inserted, _p_updated, _p_unchanged, _p_duplicate
    from judged as j;
end
$$;
comment on procedure library_stage.merge_book(
    bigint, bigint, bigint, integer, text[], bigint, bigint, bigint, bigint
) is
'Merges the book records of a chunk, those staged in a slot and those that stay; counts them.';

-- sql/dataset/merge_chunk/rank_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.ranked_book(_p_load bigint)
returns table (
    chunk_id bigint,
    source_id bigint,
    shelf text,
    number integer,
    record bigint,
    outcome text,
    rank_of_version bigint,
    was_absent boolean
)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- The versions of keys that came more than once in a load, ranked by conflict order: place 1 wins. Most loads have
    -- none: then one pass over the keys is all.
    with twice as materialized (
        select u.shelf, u.number
        from loader.chunk as c
        inner join library_stage.book_key_log as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.shelf, s.number) as u (shelf, number)
        where c.load_id = _p_load
        group by u.shelf, u.number
        having count(*) > 1
    ), places as materialized (
        select
            p.source_id,
            p.place
        from loader.source_ranks('library', 'newest') as p
    ), ranked as (
        select
            c.chunk_id,
            c.source_id,
            u.*,
            row_number() over (
                partition by u.shelf, u.number
                order by o.place desc, u.record desc
            ) as rank_of_version,
            bool_or(u.outcome = 'i') over (partition by u.shelf, u.number) as was_absent
        from loader.chunk as c
        inner join places as o on o.source_id = c.source_id
        inner join library_stage.book_key_log as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.shelf, s.number, s.record, string_to_array(s.outcome, null))
            as u (shelf, number, record, outcome)
        inner join twice as w on w.shelf = u.shelf and w.number = u.number
        where c.load_id = _p_load
    )
    select
        r.chunk_id,
        r.source_id,
        r.shelf, r.number,
        r.record,
        r.outcome,
        r.rank_of_version,
        r.was_absent
    from ranked as r;
$$;
comment on function library_stage.ranked_book(bigint) is
'Versions of book keys that came more than once in a load, ranked by conflict order.';
create or replace function library_stage.stale_book(_p_load bigint, _p_first bigint)
returns bigint []
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    _v_chunks bigint [];
begin
    -- Chunks that read the winner of a key and found it unchanged, hence did not write it, before or while an older
    -- version of the same load was written over the row that the winner equals.
    select coalesce(array_agg(distinct r.chunk_id), '{}')
    into _v_chunks
    from library_stage.ranked_book(_p_load) as r
    inner join library.book as t on t.shelf = r.shelf and t.number = r.number
    where
        r.rank_of_version = 1
        and t._source >= _p_first
        and (t._source, t._record) <> (r.source_id, r.record);
    return _v_chunks;
end
$$;
comment on function library_stage.stale_book(bigint, bigint) is
'Chunks to be merged again, since an older version was written over what their winner of a book key equals.';
create or replace function library_stage.missing_book(_p_load bigint)
returns bigint []
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    _v_chunks bigint [];
begin
    -- Chunks that found a record equal to its row, which somebody has deleted since.
    select coalesce(array_agg(distinct s.chunk_id), '{}')
    into _v_chunks
    from loader.chunk as c
    inner join library_stage.book_key_log as s on s.chunk_id = c.chunk_id
    cross join lateral unnest(s.shelf, s.number) as u (shelf, number)
    where
        c.load_id = _p_load
        and not exists (
            select 1 from library.book as t
            where t.shelf = u.shelf and t.number = u.number
        );
    return _v_chunks;
end
$$;
comment on function library_stage.missing_book(bigint) is
'Chunks to be loaded again, since somebody has deleted rows that their book records equal.';

-- sql/dataset/merge_chunk/correct_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.correct_book(_p_load bigint, _p_first bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Corrects the counts of book keys that came more than once in a load, then forgets what was noted for that:
-- all but the keys that were found unchanged, which no older source that comes later may change.
-- Called by loader.correct_merge when every chunk is done.
#variable_conflict use_column
begin
    -- Keys that came more than once in the load: the winner by conflict order keeps the outcome against the state
    -- before the load, all others are duplicates, whatever the order in which the chunks were committed.
    with settled as (
        select
            r.chunk_id,
            r.outcome as before,
            case
                when r.rank_of_version > 1 then 'd'
                when r.was_absent then 'i'
                when t._hash is null then r.outcome
                when t._source < _p_first then r.outcome
                when t._hash = b.hash then 'n'
                else 'u'
            end as after
        from library_stage.ranked_book(_p_load) as r
        left join library.book as t on t.shelf = r.shelf and t.number = r.number
        left join library_stage.book_before as b
            on b.load_id = _p_load and b.shelf = r.shelf and b.number = r.number
    ), change as (
        select
            d.chunk_id,
            count(*) filter (where d.after = 'i') - count(*) filter (where d.before = 'i') as inserted,
            count(*) filter (where d.after = 'u') - count(*) filter (where d.before = 'u') as updated,
            count(*) filter (where d.after = 'n') - count(*) filter (where d.before = 'n') as unchanged,
            count(*) filter (where d.after = 'd') - count(*) filter (where d.before = 'd') as duplicate
        from settled as d
        group by d.chunk_id
    )
    update loader.chunk as c set
        inserted = c.inserted + d.inserted,
        updated = c.updated + d.updated,
        unchanged = c.unchanged + d.unchanged,
        duplicate = c.duplicate + d.duplicate
    from change as d
    where d.chunk_id = c.chunk_id;
    delete from library_stage.book_key_log as s
    where
        s.chunk_id in (select c.chunk_id from loader.chunk as c where c.load_id = _p_load)
        and position('n' in s.outcome) = 0;
    delete from library_stage.book_before as b where b.load_id = _p_load;
end
$$;
comment on procedure library_stage.correct_book(bigint, bigint) is
'Corrects the counts of book keys that came more than once in a load.';

-- sql/dataset/resolve/resolve_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.resolve_book(_p_load bigint, inout _p_held jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Removes from the build every version of a book but the winner, with its children.
-- _p_held: rows of each table, which become fewer. Called by loader.resolve_build when every chunk is done.
#variable_conflict use_column
declare
    _v_sources bigint[];
    _v_records bigint[];
    _v_losers bigint[];
    _v_rows bigint;
begin
    with twice as (
        select r.shelf, r.number
        from library_build.book as r
        group by r.shelf, r.number
        having count(*) > 1
    ), ranked as (
        select
            r._source,
            r._record,
            row_number() over (
                partition by r.shelf, r.number
                order by o.place desc, r._record desc
            ) as rank_of_version
        from library_build.book as r
        inner join twice as w on w.shelf = r.shelf and w.number = r.number
        inner join loader.source_ranks('library', 'newest') as o
            on o.source_id = r._source
    )
    select
        array_agg(r._source::bigint),
        array_agg(r._record),
        array_agg(loader.record_id(r._source, r._record))
    into _v_sources, _v_records, _v_losers
    from ranked as r
    where r.rank_of_version > 1;
    if _v_losers is null then
        return;
    end if;
    update loader.load as l set conflicts = l.conflicts + cardinality(_v_losers) where l.load_id = _p_load;
    -- The first conflicts by key: which version won, and why.
    insert into loader.conflict (
        load_id, entity, key, winner_source, winner_record, loser_source, loser_record, why
    )
    select
        _p_load,
        'book',
        jsonb_build_object(
            'shelf', c.shelf,
            'number', c.number
        ),
        w.source_id as winner_source,
        case when w.source_id is not null then c._winner_record end,
        c._source,
        c._record,
        loader.why_wins(c._winner_source, c._source)
    from (
        select l.*
        from (
            -- Versions that are about to leave the build, beside those that stay.
            select
                o.*,
                w._source as _winner_source,
                w._record as _winner_record
            from library_build.book as o
            inner join library_build.book as w on w.shelf = o.shelf and w.number = o.number
            where
                loader.record_id(o._source, o._record) in (select unnest(_v_losers))
                and loader.record_id(w._source, w._record) not in (select unnest(_v_losers))
        ) as l
        order by l.shelf, l.number, l._source, l._record
        limit 100
    ) as c
    left join loader.source as w on w.source_id = c._winner_source;
    delete from library_build.book as t
    where loader.record_id(t._source, t._record) in (select unnest(_v_losers));
    get diagnostics _v_rows = row_count;
    _p_held := loader.add_counts(_p_held, jsonb_build_object('book', -_v_rows));
    delete from library_build.book_chapter as t
    where t._rec in (select unnest(_v_losers));
    get diagnostics _v_rows = row_count;
    _p_held := loader.add_counts(_p_held, jsonb_build_object('book_chapter', -_v_rows));
    delete from library_build.book_chapter_note as t
    where t._rec in (select unnest(_v_losers));
    get diagnostics _v_rows = row_count;
    _p_held := loader.add_counts(_p_held, jsonb_build_object('book_chapter_note', -_v_rows));
    delete from library_build.book_mark as t
    where t._rec in (select unnest(_v_losers));
    get diagnostics _v_rows = row_count;
    _p_held := loader.add_counts(_p_held, jsonb_build_object('book_mark', -_v_rows));
    perform loader.count_losers(_v_sources, _v_records);
end
$$;
comment on procedure library_stage.resolve_book(bigint, jsonb) is
'Removes from the build every version of a book but the winner.';

-- sql/dataset/overlaps/check_keys_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.check_keys_book()
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Judges the book keys that came as text, as a load would: the good ones are cast, the others counted.
-- Called by loader.check_keys.
#variable_conflict use_column
begin
    insert into library_stage.book_key (
        _source, shelf, number, _record, _hash
    )
    select
        s._source,
        s.shelf,
        nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
        s._record,
        s._hash
    from library_stage.book_key_text as s
    where
        not (
            coalesce(s.shelf is null, false)
            or coalesce(nullif(btrim(s.number, E' \t\n\r'), '') is null, false)
            or coalesce(not loader.is_integer(s.number), false)
            or coalesce(coalesce(octet_length(s.shelf), 0)
            + coalesce(octet_length(s.number), 0) > 2400, false)
        );
    update library_stage._key_source as o set keyless = coalesce(o.keyless, 0) + b.keyless
    from (
        select
            s._source,
            count(*) as keyless
        from library_stage.book_key_text as s
        where
            s.shelf is null
            or nullif(btrim(s.number, E' \t\n\r'), '') is null
            or not loader.is_integer(s.number)
            or coalesce(octet_length(s.shelf), 0)
            + coalesce(octet_length(s.number), 0) > 2400
        group by s._source
    ) as b
    where o.source = b._source;
    truncate library_stage.book_key_text;
end
$$;
comment on function library_stage.check_keys_book() is
'Judges the book keys that came as text: the good ones are cast, the others counted.';

-- sql/dataset/overlaps/overlaps_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.overlaps_book(_p_sample integer)
returns table (source integer, other_source integer, keys bigint, sample text [])
language sql
stable
set search_path = pg_catalog, pg_temp
set enable_nestloop = off
set enable_mergejoin = off
as $$
    -- Pairs of sources that share book keys; a source beside itself: keys that come more than once in it.
    -- Keys that come once are left out by hashing, before anything else is done. Nothing is known of these tables to
    -- the planner, hence no joins that are quick for a few rows only.
    with twice as materialized (
        select k.shelf, k.number
        from library_stage.book_key as k
        group by k.shelf, k.number
        having count(*) > 1
    ), held as materialized (
        select
            k.shelf,
            k.number,
            k._source,
            count(*) as _records,
            -- A sample is the least key of each of some parts, which the records' numbers make: so nothing is sorted.
            min(k._record) % 1024 as _part
        from library_stage.book_key as k
        inner join twice as w on w.shelf = k.shelf and w.number = k.number
        group by k.shelf, k.number, k._source
    ), parts as (
        select
            a._source as source,
            b._source as other_source,
            count(*) as keys,
            min(array[
                a.shelf::text,
                a.number::text
            ]) as example
        from held as a
        inner join held as b on b.shelf = a.shelf and b.number = a.number and b._source > a._source
        group by a._source, b._source, a._part
        union all
        select
            a._source as source,
            a._source as other_source,
            count(*) as keys,
            min(array[
                a.shelf::text,
                a.number::text
            ]) as example
        from held as a
        where a._records > 1
        group by a._source, a._part
    )
    select
        p.source,
        p.other_source,
        sum(p.keys)::bigint as keys,
        (array_agg(array_to_string(p.example, ', ') order by p.example))[:_p_sample] as sample
    from parts as p
    group by p.source, p.other_source;
$$;
comment on function library_stage.overlaps_book(integer) is
'Pairs of sources that share book keys, of those noted by the last `loader conflicts`.';

-- sql/dataset/overlaps/known_keys_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.known_keys_book()
returns table (source integer, new bigint, same bigint, differing bigint)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set enable_nestloop = off
set enable_mergejoin = off
as $$
-- Compares the book keys that were noted with library.book, a row a source.
-- Called by loader.known_keys, when that table is there.
#variable_conflict use_column
begin
    return query
    select
        k._source,
        count(*) filter (where t._hash is null),
        count(*) filter (where t._hash = k._hash),
        count(*) filter (where t._hash <> k._hash)
    from library_stage.book_key as k
    left join library.book as t on t.shelf = k.shelf and t.number = k.number
    group by k._source;
end
$$;
comment on function library_stage.known_keys_book() is
'Compares the book keys noted by the last `loader conflicts` with those in library.';

-- sql/dataset/validate/stage_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.stage_build_reader(
    _p_chunk bigint,
    _p_source bigint,
    _p_slot integer,
    inout _p_filtered bigint,
    inout _p_rows jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Judges the reader records staged as text in a slot: what does not fit becomes a reject, the rest is cast
-- into library_build. Called by loader.stage_chunk, which holds the chunk's fence.
#variable_conflict use_column
declare
    _v_rejected bigint[] := '{}';
    _v_rows bigint;
begin
    _p_rows := '{}';
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'reader',
        s._record,
        f.reason,
        'reader',
        f.column_name,
        left(f.value, 1000),
        f.message
    from library_stage.reader_text as s
    inner join loader.chunk as c on c.chunk_id = _p_chunk
    cross join lateral (
        values
        (
            'id', s.id, 'missing_key',
            'the key id is missing',
            nullif(btrim(s.id, E' \t\n\r'), '') is null
        ),
        (
            'id', s.id, 'type',
            format('id: %L is not of type bigint', left(s.id, 100)),
            not loader.is_bigint(s.id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = _p_slot and f.broken;
    select coalesce(array_agg(distinct loader.record_id(r.source_id, r.record)), '{}')
    into _v_rejected
    from loader.reject as r
    where r.chunk_id = _p_chunk;
    if _v_rejected <> '{}' then
        -- Rejected records whose key is good are not gone: the row that has it stays.
        update loader.reject as r set key = jsonb_build_object(
            'id', k.id
        )
        from (
            select
                nullif(btrim(s.id, E' \t\n\r'), '')::bigint as id,
                s._record
            from library_stage.reader_text as s
            where
                s._slot = _p_slot
                and loader.record_id(s._source, s._record) = any(_v_rejected)
                and not (
                    coalesce(nullif(btrim(s.id, E' \t\n\r'), '') is null, false)
                    or coalesce(not loader.is_bigint(s.id), false)
                )
            offset 0
        ) as k
        where
            r.chunk_id = _p_chunk
            and r.record = k._record
            and k.id is not null;
    end if;
    insert into library_build.reader (
        id, name, _source, _record, _hash
    )
    select
        nullif(btrim(s.id, E' \t\n\r'), '')::bigint as id,
        s.name,
        s._source,
        s._record,
        s._hash
    from library_stage.reader_text as s
    where
        s._slot = _p_slot
        and loader.record_id(s._source, s._record) <> all(_v_rejected);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('reader', _v_rows);
    _p_filtered := 0;
end
$$;
comment on procedure library_stage.stage_build_reader(bigint, bigint, integer, bigint, jsonb) is
'Judges the reader records staged as text in a slot and casts the good ones.';

-- sql/dataset/validate/stage_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.stage_merge_reader(
    _p_chunk bigint,
    _p_source bigint,
    _p_slot integer,
    inout _p_filtered bigint,
    inout _p_rows jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Judges the reader records staged as text in a slot: what does not fit becomes a reject, the rest is cast
-- into library_stage. Called by loader.stage_chunk, which holds the chunk's fence.
#variable_conflict use_column
declare
    _v_rejected bigint[] := '{}';
    _v_rows bigint;
begin
    _p_rows := '{}';
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'reader',
        s._record,
        f.reason,
        'reader',
        f.column_name,
        left(f.value, 1000),
        f.message
    from library_stage.reader_text as s
    inner join loader.chunk as c on c.chunk_id = _p_chunk
    cross join lateral (
        values
        (
            'id', s.id, 'missing_key',
            'the key id is missing',
            nullif(btrim(s.id, E' \t\n\r'), '') is null
        ),
        (
            'id', s.id, 'type',
            format('id: %L is not of type bigint', left(s.id, 100)),
            not loader.is_bigint(s.id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = _p_slot and f.broken;
    select coalesce(array_agg(distinct loader.record_id(r.source_id, r.record)), '{}')
    into _v_rejected
    from loader.reject as r
    where r.chunk_id = _p_chunk;
    if _v_rejected <> '{}' then
        -- Rejected records whose key is good are not gone: the row that has it stays.
        update loader.reject as r set key = jsonb_build_object(
            'id', k.id
        )
        from (
            select
                nullif(btrim(s.id, E' \t\n\r'), '')::bigint as id,
                s._record
            from library_stage.reader_text as s
            where
                s._slot = _p_slot
                and loader.record_id(s._source, s._record) = any(_v_rejected)
                and not (
                    coalesce(nullif(btrim(s.id, E' \t\n\r'), '') is null, false)
                    or coalesce(not loader.is_bigint(s.id), false)
                )
            offset 0
        ) as k
        where
            r.chunk_id = _p_chunk
            and r.record = k._record
            and k.id is not null;
    end if;
    insert into library_stage.reader (
        _slot, id, name, _source, _record, _hash
    )
    select
        _p_slot,
        nullif(btrim(s.id, E' \t\n\r'), '')::bigint as id,
        s.name,
        s._source,
        s._record,
        s._hash
    from library_stage.reader_text as s
    where
        s._slot = _p_slot
        and loader.record_id(s._source, s._record) <> all(_v_rejected);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('reader', _v_rows);
    _p_filtered := 0;
end
$$;
comment on procedure library_stage.stage_merge_reader(bigint, bigint, integer, bigint, jsonb) is
'Judges the reader records staged as text in a slot and casts the good ones.';

-- sql/dataset/rejects/rejected_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.rejected_reader(_p_loads bigint[])
returns table (load_id bigint, source_id bigint, id bigint)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- Keys of the reader records that these loads could not load, those that could be read.

    -- Under another mapping a key may have been of another type.
    select distinct
        r.load_id,
        r.source_id,
        k.id
    from loader.reject as r
    inner join loader.load as l on l.load_id = r.load_id
    cross join lateral jsonb_to_record(r.key) as k (id bigint)
    where
        r.load_id = any(_p_loads)
        and l.mapping_hash = '5ccf2b208805783000c2ff5fa0c47181aad8c9a3f1b40dc708d20aad7f6b264f'
        and r.entity = 'reader'
        and r.key is not null
        and r.reason <> 'conflict'
        and k.id is not null;
$$;
comment on function library_stage.rejected_reader(bigint[]) is
'Keys of the reader records that these loads could not load.';
create or replace function library_stage.undecided_reader(
    _p_load bigint, _p_complete boolean default false
)
returns table (source_id bigint, id bigint)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- For each source of a load that comes late, keys about which no whole newer dump has decided: each of those
    -- dumps rejected the record. _p_complete: newer issues of single files are not asked.
    with newer as materialized (
        select
            n.source_id,
            n.load_id
        from loader.newer_snapshots(_p_load, 'reader') as n
        where n.is_complete or not _p_complete
    ), rejected as materialized (
        select distinct
            r.load_id,
            r.id
        from library_stage.rejected_reader(array(select n.load_id from newer as n)) as r
    )
    select
        n.source_id,
        r.id
    from newer as n
    inner join rejected as r on r.load_id = n.load_id
    group by n.source_id, r.id
    having count(*) = (
        select count(*) from newer as m
        where m.source_id = n.source_id
    );
$$;
comment on function library_stage.undecided_reader(bigint, boolean) is
'Keys of reader records about which no whole newer dump has decided, as it rejected them.';
create or replace function library_stage.kept_reader(_p_load bigint)
returns bigint
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- How many rows from before a merge stay because their record was rejected. Called by loader.count_kept, when it is
-- decided what goes, and nothing is written yet.
#variable_conflict use_column
declare
    _v_kept bigint;
begin
    select count(*)
    into _v_kept
    from library.reader as t
    where
        (t.id) in (
            select r.id
            from library_stage.rejected_reader(array[_p_load]) as r
        )
        and t._source not in (
            select s.source_id from loader.source as s
            where s.load_id = _p_load
        )
        and not exists (
            select 1 from library_stage.reader_decision as v
            where
                (v._chunk is not null or v._outcome in ('g', 'x'))
                and v.id = t.id
        )
        and not exists (
            select 1
            from loader.chunk as c
            inner join library_stage.reader_key_log as s on s.chunk_id = c.chunk_id
            cross join lateral unnest(s.id) as u (id)
            where c.load_id = _p_load and u.id = t.id
        );
    return _v_kept;
end
$$;
comment on function library_stage.kept_reader(bigint) is
'How many reader rows from before a merge stay because their record was rejected.';
create or replace procedure library_stage.carry_reader(_p_load bigint, inout _p_held jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Carries rows of library into the build of a replace that has rejected their record: children, too, with the
-- source they had. _p_held: rows of each table, which become more. Called by loader.carry_rejected.
#variable_conflict use_column
declare
    _v_rows bigint;
    _v_own bigint[] := array(select s.source_id from loader.source as s where s.load_id = _p_load);
begin
    insert into library_build.reader (
        id, name, _source, _record, _hash
    )
    select
        t.id, t.name, t._source, t._record, t._hash
    from library.reader as t
    where
        (t.id) in (
            select r.id
            from library_stage.rejected_reader(array[_p_load]) as r
        )
        and not exists (
            select 1 from library_build.reader as b
            where b.id = t.id
        );
    get diagnostics _v_rows = row_count;
    _p_held := loader.add_counts(_p_held, jsonb_build_object('reader', _v_rows));
end
$$;
comment on procedure library_stage.carry_reader(bigint, jsonb) is
'Carries the reader rows whose record a replace has rejected into its build.';

-- sql/dataset/compare/compare_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.changed_reader(
    _p_first bigint,
    _p_hash uuid[],
    _p_1 bigint[]
)
returns bigint[]
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Places, from 1, of the records that are not the same as the row of library.reader that has their key and was
-- there before the load whose first source is _p_first. Row by row through the key's index: dumps come in key order.
#variable_conflict use_column
declare
    _v_places bigint[];
begin
    select coalesce(array_agg(u.place), '{}')
    into _v_places
    from unnest(_p_hash, _p_1)
        with ordinality as u (_hash, id, place)
    where (
        select t._hash = u._hash and t._source < _p_first
        from library.reader as t
        where t.id = u.id
    ) is not true;
    return _v_places;
end
$$;
revoke all on function library_stage.changed_reader(
    bigint, uuid[], bigint[]
) from public;
comment on function library_stage.changed_reader(
    bigint, uuid[], bigint[]
) is
'Places of the records that are not the same as the reader that has their key.';

-- sql/dataset/compose/version_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.version_of_reader(
    _p_1 bigint
)
returns jsonb
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
-- A reader as it is in the tables, with its children: {"row": {…}, "children": {table: [{…}, …]}}.
#variable_conflict use_column
begin
    return (
        select jsonb_build_object('row', to_jsonb(t.*), 'children', '{}'::jsonb
        )
        from library.reader as t
        where t.id = $1
    );
end
$$;
comment on function library_stage.version_of_reader(
    bigint
) is
'A reader as it is in the tables, with its children, as JSON.';

-- sql/dataset/history/as_of_table.sql, mapping 5ccf2b208805
create or replace function library_history.reader_as_of(p_load bigint)
returns table (
    id bigint,
    name text,
    _source integer,
    _record bigint,
    _hash uuid
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- reader as it was after a load (0: before the first):
-- the rows of today, but where later loads changed a record, what the first of them has kept of it.
-- Raises LD013, LD019.
#variable_conflict use_column
declare
    _v_later bigint[];
    _v_was_empty boolean;
begin
    select l.loads, l.was_empty into _v_later, _v_was_empty
    from loader.later_loads('library', 'reader', p_load) as l;
    perform loader.assert_kept(f.load_id, p_load)
    from (
        select distinct on (c.id)
            c.id,
            c.load_id,
            c.op,
            c.before
        from library_history.reader_change as c
        where c.load_id = any(_v_later) and c.op <> 'same'
        order by c.id, c.load_id

    ) as f
    where f.op <> 'insert' and f.before is null
    limit 1;
    return query
    with changed as materialized (
        select distinct on (c.id)
            c.id,
            c.load_id,
            c.op,
            c.before
        from library_history.reader_change as c
        where c.load_id = any(_v_later) and c.op <> 'same'
        order by c.id, c.load_id

    ), moved as (
        -- A replace gives records another source, also where nothing else of them changes.
        select distinct on (c.id)
            c.id,
            c.source_before,
            c.record_before
        from library_history.reader_change as c
        where c.load_id = any(_v_later)
        order by c.id, c.load_id
    ), found as (
        select
            t.id, t.name, t._source, t._record, t._hash
        from library.reader as t
        where
            not _v_was_empty
            and not exists (
                select 1 from changed as c
                where c.id = t.id
            )
        union all
        select
            r.id, r.name, r._source, r._record, r._hash
        from changed as c
        cross join lateral jsonb_to_record(c.before -> 'row') as r (
            id bigint,
            name text,
            _source integer,
            _record bigint,
            _hash uuid
        )
        where c.op <> 'insert'
    )
    select
        f.id, f.name,
        coalesce(m.source_before::integer, f._source),
        coalesce(m.record_before, f._record),
        f._hash
    from found as f
    left join moved as m on m.id = f.id;
end
$$;
comment on function library_history.reader_as_of(bigint) is
'reader as it was after a load.';
create or replace function library_history.reader_as_of(p_at timestamptz)
returns table (
    id bigint,
    name text,
    _source integer,
    _record bigint,
    _hash uuid
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
-- reader as it was at a time: after the last load that had ended by then.
-- Raises LD013, LD019.
#variable_conflict use_column
begin
    return query
    select
        h.id, h.name, h._source, h._record, h._hash
    from library_history.reader_as_of(loader.load_at('library', p_at)) as h;
end
$$;
comment on function library_history.reader_as_of(timestamptz) is
'reader as it was at a time.';

-- sql/dataset/stage/store_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.store_reader(
    _p_chunk bigint,
    _p_slot integer,
    _p_same text[],
    inout _p_held bigint,
    inout _p_unchanged bigint,
    inout _p_rows jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Keeps what a chunk brought for the end of the load: rows staged in a slot (null: none) go to the build, where
-- workers have put theirs already; the keys of records that equal their rows are noted. _p_same: as of merge_reader.
-- _p_held: root rows that went to the build; _p_rows: rows of each table.
-- Called by loader.merge_chunk, which holds the chunk's fence.
#variable_conflict use_column
declare
    _v_same_record bigint[] := _p_same[1]::bigint[];
    _v_same_1 bigint[] := _p_same[2]::bigint[];
    _v_rows bigint;
begin
    _p_held := 0;
    _p_rows := '{}';
    if _p_slot is not null then
        insert into library_build.reader (
            id, name, _source, _record, _hash
        )
        select
            s.id, s.name, s._source, s._record, s._hash
        from library_stage.reader as s
        where s._slot = _p_slot;
        get diagnostics _v_rows = row_count;
        _p_rows := _p_rows || jsonb_build_object('reader', _v_rows);
        _p_held := _v_rows;
    end if;
    _p_unchanged := coalesce(cardinality(_v_same_record), 0);
    delete from library_stage.reader_key_log as s where s.chunk_id = _p_chunk;
    if _p_unchanged > 0 then
        -- Nothing was read: the keys are noted as they came.
        insert into library_stage.reader_key_log (
            chunk_id, id, record, outcome
        )
        values (
            _p_chunk, _v_same_1, _v_same_record, repeat('n', cardinality(_v_same_record))
        );
    end if;
end
$$;
comment on procedure library_stage.store_reader(
    bigint, integer, text[], bigint, bigint, jsonb
) is
'Keeps the reader records of a chunk for the end of the load.';

-- sql/dataset/decide/decide_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.decide_reader(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Decides about every reader that a load read: which version of a key wins, and whether it goes before the row
-- that is there. Writes nothing but reader_decision. Called by loader.apply_load.
#variable_conflict use_column
declare
    _v_confirming bigint[] := loader.confirming_chunks(_p_load, 'newest');
    _v_late bigint[] := loader.out_of_order_sources(_p_load, 'reader');
begin
    truncate
        library_stage.reader_decision,
        library_stage.reader_touched;
    -- Every record that the build holds, beside the row that has its key in the tables.
    with places as materialized (
        select
            p.source_id,
            p.place
        from loader.source_ranks('library', 'newest') as p
    ), planned as materialized (
        select c.* from loader.chunks_of_records(_p_load) as c
    )
    insert into library_stage.reader_decision (
        id, _chunk, _source, _record, _rec, _hash, _place, _staged,
        _old_source, _old_record, _old_hash, _old_rank,
        _was_marked
    )
    select
        b.id,
        c.chunk_ids[width_bucket(b._record, c.first_records)],
        b._source,
        b._record,
        loader.record_id(b._source, b._record),
        b._hash,
        p.place,
        true,
        t._source as _old_source,
        t._record as _old_record,
        t._hash as _old_hash,
        coalesce(o.place, -1) as _old_rank,
        false
    from library_build.reader as b
    inner join planned as c on c.source_id = b._source
    inner join places as p on p.source_id = b._source
    left join library.reader as t on t.id = b.id
    left join places as o on o.source_id = t._source;
    -- Records that equal their rows, hence are not in the build, where their key came once more.
    with noted as not materialized (
        select
            c.chunk_id,
            c.source_id,
            u.*
        from loader.chunk as c
        inner join library_stage.reader_key_log as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.id, s.record)
            as u (id, record)
        where c.load_id = _p_load
    ), more_than_once as (
        select n.id
        from noted as n
        group by n.id
        having count(*) > 1
        union
        select v.id
        from library_stage.reader_decision as v
    )
    insert into library_stage.reader_decision (
        id, _chunk, _source, _record, _rec, _hash, _place,
        _old_source, _old_record, _old_hash, _old_rank
    )
    select
        n.id,
        n.chunk_id,
        n.source_id,
        n.record,
        loader.record_id(n.source_id, n.record),
        t._hash,
        p.place,
        t._source,
        t._record,
        t._hash as _old_hash,
        coalesce(o.place, -1) as _old_rank
    from noted as n
    inner join more_than_once as m on m.id = n.id
    inner join library.reader as t on t.id = n.id
    inner join loader.source_ranks('library', 'newest') as p
        on p.source_id = n.source_id
    left join loader.source_ranks('library', 'newest') as o
        on o.source_id = t._source;
    if _v_late <> '{}' then
        -- A whole newer dump has decided about every key but those that it rejected itself.
        with undecided as materialized (
            select u.*
            from library_stage.undecided_reader(_p_load) as u
        )
        update library_stage.reader_decision as v
        set _is_out_of_order = true
        where
            v._source = any(_v_late)
            and not exists (
                select 1 from undecided as u
                where u.source_id = v._source and u.id = v.id
            );
    end if;
    -- Versions of one key in this load, the winner first. A late one goes before none of a file without a date.
    update library_stage.reader_decision as v set _version = r.version
    from (
        select
            w._rec,
            row_number() over (
                partition by w.id
                order by w._is_out_of_order, w._place desc, w._record desc
            ) as version
        from library_stage.reader_decision as w
        inner join (
            select m.id
            from library_stage.reader_decision as m
            group by m.id
            having count(*) > 1
        ) as m on m.id = w.id
    ) as r
    where r._rec = v._rec and r.version > 1;
    if _v_confirming <> '{}' then
        -- What a source of another load found unchanged stands as high as that source, as long as the row is still the
        -- one that it saw.
        update library_stage.reader_decision as v
        set _old_rank = greatest(v._old_rank, r.place)
        from (
            select
                w._rec,
                max(p.place) as place
            from library_stage.reader_key_log as s
            inner join loader.chunk as c on c.chunk_id = s.chunk_id
            inner join loader.source_ranks('library', 'newest') as p
                on p.source_id = c.source_id
            cross join lateral unnest(s.id, string_to_array(s.outcome, null))
                as u (id, outcome)
            inner join library_stage.reader_decision as w
                on w.id = u.id
            inner join loader.source as o on o.source_id = w._old_source
            where s.chunk_id = any(_v_confirming) and u.outcome = 'n' and c.load_id > o.load_id
            group by w._rec
        ) as r
        where r._rec = v._rec;
    end if;
    -- Of each key its winner in this load against the row that is there: policy newest.
    update library_stage.reader_decision as v
    set
        _outcome = case
            when v._version > 1 then 'd'
            when v._old_hash is null then case when v._is_out_of_order then 'd' else 'i' end
            when v._old_hash = v._hash then case when v._was_marked and not v._is_out_of_order then 'u' else 'n' end
            when v._is_out_of_order then 'd'
            when v._place > v._old_rank then 'u'
            when v._place = v._old_rank and v._old_hash = loader.unknown_hash() then 'u'
            else 'd'
        end;
    -- Plans of what follows depend on how many of each outcome there are.
    perform loader.gather_statistics(
        'library_stage.reader_decision'::regclass
    );
end
$$;
comment on procedure library_stage.decide_reader(bigint) is
'Decides about every reader that a load read.';
create or replace procedure library_stage.pick_absent_reader(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Adds to reader_decision the rows that a complete load no longer holds. A record that it rejected is not gone,
-- nor one that another dump, which is not older, has found unchanged.
-- When it comes late, newer ones have decided about all keys but those that they rejected. Called by
-- loader.pick_absent.
declare
    _v_confirming bigint[] := loader.not_older_chunks(_p_load, 'reader');
    _v_older bigint[] := loader.older_sources(_p_load, 'reader');
    _v_late bigint[] := array(
        select distinct n.source_id
        from loader.newer_snapshots(_p_load, 'reader') as n
        where n.is_complete
    );
begin
    if
        _v_older = '{}'
        or _v_late <> '{}' and not exists (
            select 1 from library_stage.undecided_reader(_p_load, true)
        )
    then
        return;
    end if;
    -- Rows whose key this load has not read, not even in a record that it rejected.
    insert into library_stage.reader_decision (
        id, _old_source, _old_record, _old_hash, _outcome
    )
    select
        t.id,
        t._source,
        t._record,
        t._hash,
        'g'
    from library.reader as t
    where
        not exists (
            select 1 from library_stage.reader_decision as v
            where v.id = t.id
        )
        and (t.id) not in (
            select r.id
            from library_stage.rejected_reader(array[_p_load]) as r
        )
        and not exists (
            select 1
            from loader.chunk as c
            inner join library_stage.reader_key_log as s on s.chunk_id = c.chunk_id
            cross join lateral unnest(s.id)
                as u (id)
            where
                (c.load_id = _p_load or c.chunk_id = any(_v_confirming))
                and u.id = t.id
        )
        and t._source = any(_v_older)
        and (
            _v_late = '{}'
            or (t.id) in (
                select u.id
                from library_stage.undecided_reader(_p_load, true) as u
                group by u.id
                having count(*) = cardinality(_v_late)
            )
        );
end
$$;
comment on procedure library_stage.pick_absent_reader(bigint) is
'Adds the rows that a complete load no longer holds to what was decided.';

-- sql/dataset/apply/apply_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.drop_absent_reader(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Deletes the rows that reader_decision says are gone. Called by
-- apply_reader and loader.remove_absent.
#variable_conflict use_column
begin
    if not exists (
        select 1 from library_stage.reader_decision as v
        where v._outcome = 'g'
    ) then
        return;
    end if;
    delete from library.reader as t
    where (t.id) in (
        select v.id
        from library_stage.reader_decision as v
        where v._outcome = 'g'
    );
end
$$;
comment on procedure library_stage.drop_absent_reader(bigint) is
'Deletes the reader rows that a complete load no longer holds.';
create or replace procedure library_stage.apply_reader(_p_load bigint, _p_history boolean)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Writes what reader_decision says into library, by difference, and notes what changed.
-- _p_history: whether the versions before are kept. Called by loader.apply_load, in the one transaction that shows the
-- load to readers, and by loader.rollback.
begin
    -- What is about to change, and, where history is kept, what it was.
    insert into library_history.reader_change (
        load_id, id, op, columns,
        source_before, record_before, hash_before, source_after, record_after, hash_after, before
    )
    select
        _p_load,
        v.id,
        case v._outcome
            when 'i' then 'insert'
            when 'u' then 'update'
            else 'delete'
        end,
        case
            when v._outcome = 'u' then array_remove(array[
                case
                    when t.name
                        is distinct from b.name
                    then 'name'
                end
            ]::text[], null)
        end,
        v._old_source,
        v._old_record,
        v._old_hash,
        v._source,
        v._record,
        v._hash,
        case
            when _p_history and v._outcome <> 'i'
                then library_stage.version_of_reader(v.id)
        end
    from library_stage.reader_decision as v
    left join library_build.reader as b
        on b._source = v._source and b._record = v._record
    left join library.reader as t
        on v._outcome <> 'i' and t.id = v.id
    where v._outcome in ('i', 'u', 'g', 'x');
    if _p_history then
        perform loader.keep_users_columns(_p_load, 'reader');
    end if;
    -- In key order, so that it does not deadlock with others that write these rows.
    insert into library.reader as t (
        id, name, _source, _record, _hash
    )
    select
        b.id, b.name, b._source, b._record, b._hash
    from library_build.reader as b
    where loader.record_id(b._source, b._record) in (
        select v._rec from library_stage.reader_decision as v
        where v._outcome in ('i', 'u')
    )
    order by b.id
    on conflict (id) do update set
        name = excluded.name,
        _source = excluded._source,
        _record = excluded._record,
        _hash = excluded._hash;
    call library_stage.drop_absent_reader(_p_load);
    if exists (
        select 1 from library_stage.reader_decision as v
        where v._outcome = 'x'
    ) then
        delete from library.reader as t
        where (t.id) in (
            select v.id
            from library_stage.reader_decision as v
            where v._outcome = 'x'
        );
    end if;
    -- Until now what stands in the build counted as inserted, all else as unchanged.
    with counted as (
        select
            v._chunk as chunk_id,
            count(*) filter (where v._outcome = 'i') - count(*) filter (where v._staged) as inserted,
            count(*) filter (where v._outcome = 'u') as updated,
            count(*) filter (where v._outcome = 'n') - count(*) filter (where not v._staged) as unchanged,
            count(*) filter (where v._outcome = 'd') as duplicate
        from library_stage.reader_decision as v
        where v._chunk is not null
        group by v._chunk
    )
    update loader.chunk as c set
        inserted = c.inserted + d.inserted,
        updated = c.updated + d.updated,
        unchanged = c.unchanged + d.unchanged,
        duplicate = c.duplicate + d.duplicate
    from counted as d
    where d.chunk_id = c.chunk_id;
    -- What was parsed and turned out to equal its row was found unchanged as well.
    insert into library_stage.reader_key_log as s (
        chunk_id, id, record, outcome
    )
    select
        v._chunk,
        array_agg(v.id order by v._record),
        array_agg(v._record order by v._record),
        repeat('n', count(*)::integer)
    from library_stage.reader_decision as v
    where v._outcome = 'n' and v._staged
    group by v._chunk
    on conflict (chunk_id) do update set
        id = s.id || excluded.id,
        record = s.record || excluded.record,
        outcome = s.outcome || excluded.outcome;
    -- The first conflicts by key: which version won, and why.
    insert into loader.conflict (
        load_id, entity, key, winner_source, winner_record, loser_source, loser_record, why
    )
    select
        _p_load,
        'reader',
        jsonb_build_object(
            'id', c.id
        ),
        w.source_id as winner_source,
        case when w.source_id is not null then c._winner_record end,
        c._source,
        c._record,
        loader.why_wins(c._winner_source, c._source)
    from (
        select l.*
        from (
            -- Versions that another one of this load, or the row that is there, went before.
            select
                v.*,
                case when v._version > 1 and w._outcome <> 'd' then w._source else v._old_source end as _winner_source,
                case when v._version > 1 and w._outcome <> 'd' then w._record else v._old_record end as _winner_record
            from library_stage.reader_decision as v
            left join library_stage.reader_decision as w
                on w._version = 1
                and w._chunk is not null
                and v._version > 1
                and w.id = v.id
            where v._outcome = 'd'
        ) as l
        order by l.id, l._source, l._record
        limit 100
    ) as c
    left join loader.source as w on w.source_id = c._winner_source;
end
$$;
comment on procedure library_stage.apply_reader(bigint, boolean) is
'Writes what was decided about reader records into the tables, by difference.';

-- sql/dataset/repair/repair_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.repair_reader(
    _p_load bigint, inout _p_found jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- For a repair: compares the rows of each reader whose hash is that of its record with what the record says, and
-- has those that differ written again; rows that claim to be of the files of the load, but are not, are gone.
-- _p_found: {table: {missing, differing, surplus}}, to which this adds. Called by loader.apply_load and
-- loader.check_repair, after decide_reader. Writes reader_decision, reader_touched.
#variable_conflict use_column
declare
    _v_missing bigint;
    _v_differing bigint := 0;
    _v_surplus bigint := 0;
    _v_rows bigint;
begin
    select count(*) into _v_missing
    from library_stage.reader_decision as v
    where v._outcome = 'i';
    -- A row of the very same file cannot have another hash.
    update library_stage.reader_decision as v
    set _outcome = 'u'
    where v._outcome = 'd' and v._version = 1 and v._place = v._old_rank and v._old_hash <> v._hash;
    get diagnostics _v_differing = row_count;
    -- Rows whose key this load has not read, not even in a record that it rejected.
    insert into library_stage.reader_decision (
        id, _old_source, _old_record, _old_hash, _outcome
    )
    select
        t.id,
        t._source,
        t._record,
        t._hash,
        'g'
    from library.reader as t
    where
        not exists (
            select 1 from library_stage.reader_decision as v
            where v.id = t.id
        )
        and (t.id) not in (
            select r.id
            from library_stage.rejected_reader(array[_p_load]) as r
        )
        and t._source in (
            select o.source_id
            from loader.source as s
            inner join loader.source as o on o.dataset = s.dataset and o.name = s.name and o.sha256 = s.sha256
            where s.load_id = _p_load and s.state = 'planned' and 'reader' = any(s.entities)
        );
    get diagnostics _v_surplus = row_count;
    insert into library_stage.reader_touched (id, _table)
    select
        v.id,
        0
    from library_stage.reader_decision as v
    inner join library_build.reader as b on loader.record_id(b._source, b._record) = v._rec
    inner join library.reader as t on t.id = v.id
    where
        v._outcome = 'n'
        and (t.name)
        is distinct from
        (b.name);
    get diagnostics _v_rows = row_count;
    _v_differing := _v_differing + _v_rows;
    _p_found := _p_found || jsonb_build_object('reader', jsonb_build_object(
        'missing', _v_missing, 'differing', _v_differing, 'surplus', _v_surplus
    ));
    update library_stage.reader_decision as v
    set _outcome = 'u'
    from library_stage.reader_touched as d
    where v._outcome = 'n' and d.id = v.id;
    truncate library_stage.reader_touched;
end
$$;
comment on procedure library_stage.repair_reader(bigint, jsonb) is
'For a repair: has rows of reader and its children written again that are not what their record says.';

-- sql/dataset/verify/verify_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.unkept_reader(_p_load bigint)
returns table (table_name text, found bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Rows of each table of reader that are not as apply_reader has written them.
-- They are missing, have another key, or are too many.
-- Called by loader.assert_applied, where somebody has made triggers or rules.
#variable_conflict use_column
begin
    return query
    select
        'reader'::text,
        (
            select count(*)
            from library_stage.reader_decision as v
            where
                v._outcome in ('i', 'u')
                and not exists (
                    select 1 from library.reader as t
                    where
                        t.id = v.id
                        and t._source = v._source
                        and t._hash = v._hash
                )
        )
        + (
            select count(*)
            from library.reader as t
            where
                t._source in (
                    select s.source_id from loader.source as s
                    where s.load_id = _p_load
                )
                and not exists (
                    select 1 from library_stage.reader_decision as v
                    where
                        v._outcome in ('i', 'u')
                        and v.id = t.id
                )
        );
end
$$;
comment on function library_stage.unkept_reader(bigint) is
'Rows of each table of reader that are not as they were written.';
create or replace function library_stage.staying_reader()
returns table (table_name text, found bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Rows of each table of reader that reader_decision says are gone, but that are still there.
-- Called by loader.assert_applied, where somebody has made triggers or rules.
#variable_conflict use_column
begin
    return query
    select
        'reader'::text,
        count(*)
    from library.reader as t
    inner join library_stage.reader_decision as v on t.id = v.id
    where
        v._outcome in ('g', 'x');
end
$$;
comment on function library_stage.staying_reader() is
'Rows of each table of reader that should be gone and are not.';

-- sql/dataset/history/record_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.record_reader(
    _p_load bigint,
    _p_history boolean,
    inout _p_deleted bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Notes what a publication is about to change in reader and its children: library against library_build.
-- _p_history: whether the versions before are kept, and records noted whose source alone is another.
-- Called by loader.record_replacement.
#variable_conflict use_column
begin
    _p_deleted := 0;
    if to_regclass('library.reader') is null then
        return;
    end if;
    truncate library_stage.reader_touched;
    -- Rows in use against those that take their place, by key and hash.
    insert into library_history.reader_change (
        load_id, id, op, columns,
        source_before, record_before, hash_before, source_after, record_after, hash_after, before
    )
    select
        _p_load,
        coalesce(b.id, t.id),
        o.op,
        case
            when o.op = 'update' then array_remove(array[
                case
                    when t.name
                        is distinct from b.name
                    then 'name'
                end
            ]::text[], null)
        end,
        t._source as source_before,
        t._record as record_before,
        t._hash as hash_before,
        b._source as source_after,
        b._record as record_after,
        b._hash as hash_after,
        case
            when _p_history and o.op in ('update', 'delete')
                then library_stage.version_of_reader(t.id)
        end
    from library.reader as t
    full join library_build.reader as b on b.id = t.id
    cross join lateral unnest(array[
        case
            when t._hash is null then 'insert'
            when b._hash is null then 'delete'
            when t._hash <> b._hash then 'update'
            else 'same'
        end
    ]) as o (op)
    where o.op <> 'same' or _p_history and (t._source, t._record) <> (b._source, b._record);
    if _p_history then
        perform loader.keep_users_columns(_p_load, 'reader');
    end if;
    select count(*) into _p_deleted
    from library_history.reader_change as c
    where c.load_id = _p_load and c.op = 'delete';
end
$$;
comment on procedure library_stage.record_reader(bigint, boolean, bigint) is
'Notes what a publication is about to change in reader and its children.';

-- sql/dataset/rollback/undo_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.pick_undone_reader(
    _p_undone bigint,
    _p_first boolean,
    inout _p_touched bigint,
    inout _p_keys text[]
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Puts into reader_decision what takes back the changes of load _p_undone. _p_first: that found empty tables,
-- so all of its rows go. _p_touched, _p_keys: how many of its records are not as it has left them, and the first
-- of them. Called by loader.rollback.
#variable_conflict use_column
declare
    _v_sources bigint[] := array(select s.source_id from loader.source as s where s.load_id = _p_undone);
begin
    truncate
        library_stage.reader_decision,
        library_stage.reader_touched;
    if _p_first then
        -- All that a first load brought is to go.
        insert into library_stage.reader_decision (
            id, _old_source, _old_record, _old_hash, _outcome
        )
        select
            t.id,
            t._source,
            t._record,
            t._hash,
            'x'
        from library.reader as t
        where t._source = any(_v_sources);
        -- Of a first load no changes are recorded; what later loads changed of its rows is.
        select
            count(*),
            array_agg(o.key order by o.place) filter (where o.place <= 20)
        into _p_touched, _p_keys
        from (
            select
                'reader' || ' ' || concat_ws('/', c.id) as key,
                row_number() over (order by c.id) as place
            from (
                select distinct h.id
                from library_history.reader_change as h
                where h.load_id > _p_undone and h.source_before = any(_v_sources)
            ) as c
            left join library.reader as t
                on t.id = c.id and t._source = any(_v_sources)
            where t._source is null
        ) as o;
    else
        -- What a load inserted is to go, what it deleted to come back, all else to be as it was.
        insert into library_stage.reader_decision (
            id, _source, _record, _rec, _hash,
            _old_source, _old_record, _old_hash, _was_marked, _outcome
        )
        select
            c.id,
            c.source_before,
            c.record_before,
            loader.record_id(c.source_before, c.record_before),
            c.hash_before,
            t._source,
            t._record,
            t._hash,
            c.op = 'mark' or '_gone_since' = any(coalesce(c.columns, '{}')),
            case c.op when 'insert' then 'x' when 'delete' then 'i' else 'u' end
        from library_history.reader_change as c
        left join library.reader as t on t.id = c.id
        where c.load_id = _p_undone and c.op <> 'same';
        -- Records that are not as the load has left them.
        select
            count(*),
            array_agg(o.key order by o.place) filter (where o.place <= 20)
        into _p_touched, _p_keys
        from (
            select
                'reader' || ' ' || concat_ws('/', c.id) as key,
                row_number() over (order by c.id) as place
            from library_history.reader_change as c
            left join library.reader as t on t.id = c.id
            where
                c.load_id = _p_undone
                and (t._source, t._record, t._hash) is distinct from (
                    case c.op when 'mark' then c.source_before else c.source_after end,
                    case c.op when 'mark' then c.record_before else c.record_after end,
                    case c.op when 'mark' then c.hash_before else c.hash_after end
                )
        ) as o;
    end if;
    perform loader.gather_statistics(
        'library_stage.reader_decision'::regclass
    );
end
$$;
comment on procedure library_stage.pick_undone_reader(bigint, boolean, bigint, text[]) is
'Decides what takes back the changes of a load; tells which records are not as it has left them.';
create or replace procedure library_stage.undo_reader(
    _p_load bigint,
    _p_undone bigint,
    _p_history boolean,
    inout _p_left bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Writes what pick_undone_reader has decided, in the name of load _p_load: puts the versions from before load
-- _p_undone into the build and applies them as those of any load. _p_left: rows that could not be brought back, as
-- foreign keys of other tables refer to children, or since it is not recorded where they came from.
-- Called by loader.rollback.
#variable_conflict use_column
begin
    insert into library_build.reader (
        id, name, _source, _record, _hash
    )
    select
        r.id, r.name,
        r._source, r._record, r._hash
    from library_history.reader_change as c
    cross join lateral jsonb_to_record(c.before -> 'row') as r (
        id bigint,
        name text,
        _source integer,
        _record bigint,
        _hash uuid
    )
    where c.load_id = _p_undone and c.op not in ('insert', 'same');
    call library_stage.apply_reader(_p_load, _p_history);
    -- Records of which a replace changed nothing but their source.
    with moved as (
        update library.reader as t
        set _source = c.source_before, _record = c.record_before
        from library_history.reader_change as c
        where c.load_id = _p_undone and c.op = 'same' and c.id = t.id
        returning c.*
    )
    insert into library_history.reader_change (
        load_id, id, op,
        source_before, record_before, hash_before, source_after, record_after, hash_after
    )
    select
        _p_load,
        m.id,
        'same',
        m.source_after,
        m.record_after,
        m.hash_after,
        m.source_before,
        m.record_before,
        m.hash_before
    from moved as m;
    -- What the load found unchanged counts no more.
    delete from library_stage.reader_key_log as s
    using loader.chunk as k
    where k.chunk_id = s.chunk_id and k.load_id = _p_undone;
    -- Rows of the load that are still there, and children that should not be.
    select sum(l.found)
    into _p_left
    from (
        select count(*) as found
        from library.reader as t
        where
            t._source in (
                select s.source_id
                from loader.source as s
                where s.load_id = _p_undone
            )
    ) as l;
end
$$;
comment on procedure library_stage.undo_reader(bigint, bigint, boolean, bigint) is
'Brings back the reader records that a load had changed.';

-- sql/dataset/merge_chunk/merge_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.merge_reader(
    _p_load bigint,
    _p_chunk bigint,
    _p_first bigint,
    _p_slot integer,
    _p_same text[],
    inout _p_inserted bigint,
    inout _p_updated bigint,
    inout _p_unchanged bigint,
    inout _p_duplicate bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Merges the reader records staged in a slot into library: roots that are new or newer, then their
-- children by difference. _p_first: the first source of this load. _p_same: records of the chunk that are not staged,
-- since they equal the rows that have their keys: arrays of record numbers, keys by column; null: none.
-- Called by loader.merge_chunk, which holds the chunk's fence. Raises LD016, LD029.
-- Custom plans lock the parent and one partition; generic ones would lock the partitions of all workers.
#variable_conflict use_column
declare
    _v_newer bigint[];
    _v_same_record bigint[] := _p_same[1]::bigint[];
    _v_same_1 bigint[] := _p_same[2]::bigint[];
    _v_still bigint;
    _v_winners bigint[];
    _v_writing bigint[];
    _v_inserted bigint[];
    _v_updated bigint[];
    _v_records bigint[];
    _v_fresh boolean[];
    _v_who text;
    _v_unkept bigint;
    _v_inserted_1 bigint[];
    _v_updated_1 bigint[];
begin
    -- One version of each key in the chunk wins, staged or not: all are of one source, so the record number decides.
    select array_agg(w._record order by w._record)
    into _v_winners
    from (
        select distinct on (v.id)
            v._record,
            v.is_staged
        from (
            select s.id, s._record, true as is_staged
            from library_stage.reader as s
            where s._slot = _p_slot
            union all
            select u.id, u._record, false
            from unnest(_v_same_record, _v_same_1)
                as u (_record, id)
        ) as v
        order by v.id, v._record desc
    ) as w
    where w.is_staged;
    if _v_winners is null and _v_same_record is null then
        _p_inserted := 0;
        _p_updated := 0;
        _p_unchanged := 0;
        _p_duplicate := 0;
        return;
    end if;
    if _v_same_record is not null then
        -- What was found to be as it is here, and hence was not read, must still be so: who writes a row gives it a
        -- new _source. A key that comes twice among them counts as a change, too: the chunk is then merged in full.
        select count(*)
        into _v_still
        from library.reader as t
        where
            t.id = any(_v_same_1)
            and t._source < _p_first;
        if _v_still <> cardinality(_v_same_record) then
            raise exception 'a reader of chunk % is no longer as it was when it was compared', _p_chunk
                using errcode = 'LD016', hint = 'the chunk is merged again, with all of its records';
        end if;
    end if;
    if
        _v_winners is null
        and not exists (
            select 1 from library_stage.reader as s
            where s._slot = _p_slot
        )
        and not exists (
            select 1 from library_stage.reader_key_log as n
            where n.chunk_id = _p_chunk
        )
    then
        -- Nothing was read: the keys are noted as they came.
        insert into library_stage.reader_key_log (
            chunk_id, id, record, outcome
        )
        values (
            _p_chunk, _v_same_1, _v_same_record, repeat('n', cardinality(_v_same_record))
        );
        _p_inserted := 0;
        _p_updated := 0;
        _p_unchanged := cardinality(_v_same_record);
        _p_duplicate := 0;
        return;
    end if;
    _v_writing := _v_winners;
    _v_newer := loader.newer_chunks(_p_chunk, 'newest');
    if _v_newer <> '{}' then
        -- A newer source of another load has found some of these keys unchanged. That was a decision, though it wrote
        -- nothing: they stay as they are. What equals its row counts as unchanged all the same: of a key that came more
        -- than once, the chunks of the newer source decide whether it was noted or written.
        with confirmed as (
            select u.id
            from library_stage.reader_key_log as s
            cross join lateral unnest(s.id, string_to_array(s.outcome, null))
                as u (id, outcome)
            where s.chunk_id = any(_v_newer) and u.outcome = 'n'
        )
        select coalesce(array_agg(s._record order by s._record), '{}')
        into _v_writing
        from library_stage.reader as s
        where
            s._slot = _p_slot
            and s._record = any(_v_winners)
            and not exists (
                select 1 from confirmed as f
                where f.id = s.id
            );
    end if;
    if _v_writing <> '{}' and loader.is_out_of_order(_p_chunk, 'reader') then
        -- A whole newer dump has decided about every key but those that it rejected itself.
        select coalesce(array_agg(s._record order by s._record), '{}')
        into _v_writing
        from library_stage.reader as s
        inner join library_stage.undecided_reader(_p_load) as u
            on u.source_id = s._source and u.id = s.id
        where s._slot = _p_slot and s._record = any(_v_writing);
    end if;
    if _v_writing <> '{}' then
        -- What the rows looked like before this load, should they be written: its counts are against that state.
        -- In key order, as all that loaders may meet at.
        insert into library_stage.reader_before (load_id, id, hash)
        select
            _p_load,
            t.id,
            t._hash
        from library_stage.reader as s
        inner join library.reader as t on t.id = s.id
        where s._slot = _p_slot and t._hash <> s._hash and t._source < _p_first
        order by t.id
        on conflict do nothing;
        -- Only the row that is there when it is locked tells whether this one is newer: others write it meanwhile, too.
        with written as (
            -- In key order, so that it does not deadlock with others that write these rows.
            insert into library.reader as t (
                id, name, _source, _record, _hash
            )
            select
                b.id, b.name, b._source, b._record, b._hash
            from library_stage.reader as b
            where b._slot = _p_slot and b._record = any(_v_writing)
            order by b.id
            on conflict (id) do update set
                name = excluded.name,
                _source = excluded._source,
                _record = excluded._record,
                _hash = excluded._hash
            where
                (t._hash <> excluded._hash or t._source >= _p_first)
                and (
                    loader.is_newer(
                        excluded._source, excluded._record, t._source, t._record, 'newest'
                    )
                    or t._hash = loader.unknown_hash() and not loader.is_newer(
                        t._source, t._record, excluded._source, excluded._record, 'newest'
                    )
                )
            returning t.id, t._source, t._record, (t.xmax = 0) as fresh
        )
        select
            array_agg(w.id) filter (where w.fresh),
            array_agg(w.id) filter (where not w.fresh),
            coalesce(array_agg(loader.record_id(w._source, w._record)) filter (where w.fresh), '{}'),
            coalesce(array_agg(loader.record_id(w._source, w._record)) filter (where not w.fresh), '{}'),
            coalesce(array_agg(w._record), '{}'),
            coalesce(array_agg(w.fresh), '{}')
        into _v_inserted_1, _v_updated_1, _v_inserted, _v_updated, _v_records, _v_fresh
        from written as w;
    end if;
    _v_who := loader.entity_interferers('library', 'reader');
    if _v_who <> '' and _v_writing <> '{}' then
        -- Triggers or rules of others may have skipped rows, added some, or given them other keys. A root that was not
        -- written may have given way to a newer one meanwhile.
        select sum(u.unkept)
        into _v_unkept
        from (
            select count(*) as unkept
            from library_stage.reader as s
            left join library.reader as t on t.id = s.id
            where
                s._slot = _p_slot
                and s._record = any(_v_writing)
                and (
                    t._source is null
                    or s._record = any(_v_records) and (t._source, t._record) <> (s._source, s._record)
                    or s._record <> all(_v_records)
                    and (t._hash <> s._hash or t._source >= _p_first)
                    and loader.is_newer(s._source, s._record, t._source, t._record, 'newest')
                )
        ) as u;
        perform loader.report_altered(_p_load, 'library.reader', _v_unkept,
            _v_who);
    end if;
    -- One row a chunk: the keys it read and what became of each (i inserted, u updated, n unchanged, d duplicate). A
    -- chunk that is merged a second time keeps what it counted then, but for what it writes now.
    with earlier as (
        select
            u.record,
            u.outcome
        from library_stage.reader_key_log as n
        cross join lateral unnest(n.record, string_to_array(n.outcome, null)) as u (record, outcome)
        where n.chunk_id = _p_chunk
    ), judged as (
        select
            s.id,
            s._record,
            case
                when o.outcome is not null and w.fresh is null then o.outcome
                when w.fresh then 'i'
                when not w.fresh then 'u'
                when not (s._record = any(_v_winners)) then 'd'
                when t._hash = s._hash and t._source < _p_first then 'n'
                else 'd'
            end as outcome
        from library_stage.reader as s
        left join unnest(_v_records, _v_fresh) as w (_record, fresh) on w._record = s._record
        left join earlier as o on o.record = s._record
        left join library.reader as t on t.id = s.id
        where s._slot = _p_slot
        union all
        select
            u.id,
            u._record,
            coalesce(o.outcome, 'n') as outcome
        from unnest(_v_same_record, _v_same_1)
            as u (_record, id)
        left join earlier as o on o.record = u._record
    ), kept as (
        insert into library_stage.reader_key_log (
            chunk_id, id, record, outcome
        )
        select
            _p_chunk,
            array_agg(j.id order by j._record),
            array_agg(j._record order by j._record),
            string_agg(j.outcome, '' order by j._record)
        from judged as j
        having count(*) > 0
        on conflict (chunk_id) do update set
            id = excluded.id,
            record = excluded.record,
            outcome = excluded.outcome
    )
    select
        count(*) filter (where j.outcome = 'i'),
        count(*) filter (where j.outcome = 'u'),
        count(*) filter (where j.outcome = 'n'),
        count(*) filter (where j.outcome = 'd')
    into _p_inserted, _p_updated, _p_unchanged, _p_duplicate
    from judged as j;
end
$$;
comment on procedure library_stage.merge_reader(
    bigint, bigint, bigint, integer, text[], bigint, bigint, bigint, bigint
) is
'Merges the reader records of a chunk, those staged in a slot and those that stay; counts them.';

-- sql/dataset/merge_chunk/rank_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.ranked_reader(_p_load bigint)
returns table (
    chunk_id bigint,
    source_id bigint,
    id bigint,
    record bigint,
    outcome text,
    rank_of_version bigint,
    was_absent boolean
)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- The versions of keys that came more than once in a load, ranked by conflict order: place 1 wins. Most loads have
    -- none: then one pass over the keys is all.
    with twice as materialized (
        select u.id
        from loader.chunk as c
        inner join library_stage.reader_key_log as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.id) as u (id)
        where c.load_id = _p_load
        group by u.id
        having count(*) > 1
    ), places as materialized (
        select
            p.source_id,
            p.place
        from loader.source_ranks('library', 'newest') as p
    ), ranked as (
        select
            c.chunk_id,
            c.source_id,
            u.*,
            row_number() over (
                partition by u.id
                order by o.place desc, u.record desc
            ) as rank_of_version,
            bool_or(u.outcome = 'i') over (partition by u.id) as was_absent
        from loader.chunk as c
        inner join places as o on o.source_id = c.source_id
        inner join library_stage.reader_key_log as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.id, s.record, string_to_array(s.outcome, null))
            as u (id, record, outcome)
        inner join twice as w on w.id = u.id
        where c.load_id = _p_load
    )
    select
        r.chunk_id,
        r.source_id,
        r.id,
        r.record,
        r.outcome,
        r.rank_of_version,
        r.was_absent
    from ranked as r;
$$;
comment on function library_stage.ranked_reader(bigint) is
'Versions of reader keys that came more than once in a load, ranked by conflict order.';
create or replace function library_stage.stale_reader(_p_load bigint, _p_first bigint)
returns bigint []
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    _v_chunks bigint [];
begin
    -- Chunks that read the winner of a key and found it unchanged, hence did not write it, before or while an older
    -- version of the same load was written over the row that the winner equals.
    select coalesce(array_agg(distinct r.chunk_id), '{}')
    into _v_chunks
    from library_stage.ranked_reader(_p_load) as r
    inner join library.reader as t on t.id = r.id
    where
        r.rank_of_version = 1
        and t._source >= _p_first
        and (t._source, t._record) <> (r.source_id, r.record);
    return _v_chunks;
end
$$;
comment on function library_stage.stale_reader(bigint, bigint) is
'Chunks to be merged again, since an older version was written over what their winner of a reader key equals.';
create or replace function library_stage.missing_reader(_p_load bigint)
returns bigint []
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    _v_chunks bigint [];
begin
    -- Chunks that found a record equal to its row, which somebody has deleted since.
    select coalesce(array_agg(distinct s.chunk_id), '{}')
    into _v_chunks
    from loader.chunk as c
    inner join library_stage.reader_key_log as s on s.chunk_id = c.chunk_id
    cross join lateral unnest(s.id) as u (id)
    where
        c.load_id = _p_load
        and not exists (
            select 1 from library.reader as t
            where t.id = u.id
        );
    return _v_chunks;
end
$$;
comment on function library_stage.missing_reader(bigint) is
'Chunks to be loaded again, since somebody has deleted rows that their reader records equal.';

-- sql/dataset/merge_chunk/correct_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.correct_reader(_p_load bigint, _p_first bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Corrects the counts of reader keys that came more than once in a load, then forgets what was noted for that:
-- all but the keys that were found unchanged, which no older source that comes later may change.
-- Called by loader.correct_merge when every chunk is done.
#variable_conflict use_column
begin
    -- Keys that came more than once in the load: the winner by conflict order keeps the outcome against the state
    -- before the load, all others are duplicates, whatever the order in which the chunks were committed.
    with settled as (
        select
            r.chunk_id,
            r.outcome as before,
            case
                when r.rank_of_version > 1 then 'd'
                when r.was_absent then 'i'
                when t._hash is null then r.outcome
                when t._source < _p_first then r.outcome
                when t._hash = b.hash then 'n'
                else 'u'
            end as after
        from library_stage.ranked_reader(_p_load) as r
        left join library.reader as t on t.id = r.id
        left join library_stage.reader_before as b
            on b.load_id = _p_load and b.id = r.id
    ), change as (
        select
            d.chunk_id,
            count(*) filter (where d.after = 'i') - count(*) filter (where d.before = 'i') as inserted,
            count(*) filter (where d.after = 'u') - count(*) filter (where d.before = 'u') as updated,
            count(*) filter (where d.after = 'n') - count(*) filter (where d.before = 'n') as unchanged,
            count(*) filter (where d.after = 'd') - count(*) filter (where d.before = 'd') as duplicate
        from settled as d
        group by d.chunk_id
    )
    update loader.chunk as c set
        inserted = c.inserted + d.inserted,
        updated = c.updated + d.updated,
        unchanged = c.unchanged + d.unchanged,
        duplicate = c.duplicate + d.duplicate
    from change as d
    where d.chunk_id = c.chunk_id;
    delete from library_stage.reader_key_log as s
    where
        s.chunk_id in (select c.chunk_id from loader.chunk as c where c.load_id = _p_load)
        and position('n' in s.outcome) = 0;
    delete from library_stage.reader_before as b where b.load_id = _p_load;
end
$$;
comment on procedure library_stage.correct_reader(bigint, bigint) is
'Corrects the counts of reader keys that came more than once in a load.';

-- sql/dataset/resolve/resolve_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.resolve_reader(_p_load bigint, inout _p_held jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Removes from the build every version of a reader but the winner, with its children.
-- _p_held: rows of each table, which become fewer. Called by loader.resolve_build when every chunk is done.
#variable_conflict use_column
declare
    _v_sources bigint[];
    _v_records bigint[];
    _v_losers bigint[];
    _v_rows bigint;
begin
    with twice as (
        select r.id
        from library_build.reader as r
        group by r.id
        having count(*) > 1
    ), ranked as (
        select
            r._source,
            r._record,
            row_number() over (
                partition by r.id
                order by o.place desc, r._record desc
            ) as rank_of_version
        from library_build.reader as r
        inner join twice as w on w.id = r.id
        inner join loader.source_ranks('library', 'newest') as o
            on o.source_id = r._source
    )
    select
        array_agg(r._source::bigint),
        array_agg(r._record),
        array_agg(loader.record_id(r._source, r._record))
    into _v_sources, _v_records, _v_losers
    from ranked as r
    where r.rank_of_version > 1;
    if _v_losers is null then
        return;
    end if;
    update loader.load as l set conflicts = l.conflicts + cardinality(_v_losers) where l.load_id = _p_load;
    -- The first conflicts by key: which version won, and why.
    insert into loader.conflict (
        load_id, entity, key, winner_source, winner_record, loser_source, loser_record, why
    )
    select
        _p_load,
        'reader',
        jsonb_build_object(
            'id', c.id
        ),
        w.source_id as winner_source,
        case when w.source_id is not null then c._winner_record end,
        c._source,
        c._record,
        loader.why_wins(c._winner_source, c._source)
    from (
        select l.*
        from (
            -- Versions that are about to leave the build, beside those that stay.
            select
                o.*,
                w._source as _winner_source,
                w._record as _winner_record
            from library_build.reader as o
            inner join library_build.reader as w on w.id = o.id
            where
                loader.record_id(o._source, o._record) in (select unnest(_v_losers))
                and loader.record_id(w._source, w._record) not in (select unnest(_v_losers))
        ) as l
        order by l.id, l._source, l._record
        limit 100
    ) as c
    left join loader.source as w on w.source_id = c._winner_source;
    delete from library_build.reader as t
    where loader.record_id(t._source, t._record) in (select unnest(_v_losers));
    get diagnostics _v_rows = row_count;
    _p_held := loader.add_counts(_p_held, jsonb_build_object('reader', -_v_rows));
    perform loader.count_losers(_v_sources, _v_records);
end
$$;
comment on procedure library_stage.resolve_reader(bigint, jsonb) is
'Removes from the build every version of a reader but the winner.';

-- sql/dataset/overlaps/check_keys_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.check_keys_reader()
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Judges the reader keys that came as text, as a load would: the good ones are cast, the others counted.
-- Called by loader.check_keys.
#variable_conflict use_column
begin
    insert into library_stage.reader_key (
        _source, id, _record, _hash
    )
    select
        s._source,
        nullif(btrim(s.id, E' \t\n\r'), '')::bigint as id,
        s._record,
        s._hash
    from library_stage.reader_key_text as s
    where
        not (
            coalesce(nullif(btrim(s.id, E' \t\n\r'), '') is null, false)
            or coalesce(not loader.is_bigint(s.id), false)
        );
    update library_stage._key_source as o set keyless = coalesce(o.keyless, 0) + b.keyless
    from (
        select
            s._source,
            count(*) as keyless
        from library_stage.reader_key_text as s
        where
            nullif(btrim(s.id, E' \t\n\r'), '') is null
            or not loader.is_bigint(s.id)
        group by s._source
    ) as b
    where o.source = b._source;
    truncate library_stage.reader_key_text;
end
$$;
comment on function library_stage.check_keys_reader() is
'Judges the reader keys that came as text: the good ones are cast, the others counted.';

-- sql/dataset/overlaps/overlaps_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.overlaps_reader(_p_sample integer)
returns table (source integer, other_source integer, keys bigint, sample text [])
language sql
stable
set search_path = pg_catalog, pg_temp
set enable_nestloop = off
set enable_mergejoin = off
as $$
    -- Pairs of sources that share reader keys; a source beside itself: keys that come more than once in it.
    -- Keys that come once are left out by hashing, before anything else is done. Nothing is known of these tables to
    -- the planner, hence no joins that are quick for a few rows only.
    with twice as materialized (
        select k.id
        from library_stage.reader_key as k
        group by k.id
        having count(*) > 1
    ), held as materialized (
        select
            k.id,
            k._source,
            count(*) as _records,
            -- A sample is the least key of each of some parts, which the records' numbers make: so nothing is sorted.
            min(k._record) % 1024 as _part
        from library_stage.reader_key as k
        inner join twice as w on w.id = k.id
        group by k.id, k._source
    ), parts as (
        select
            a._source as source,
            b._source as other_source,
            count(*) as keys,
            min(array[
                a.id::text
            ]) as example
        from held as a
        inner join held as b on b.id = a.id and b._source > a._source
        group by a._source, b._source, a._part
        union all
        select
            a._source as source,
            a._source as other_source,
            count(*) as keys,
            min(array[
                a.id::text
            ]) as example
        from held as a
        where a._records > 1
        group by a._source, a._part
    )
    select
        p.source,
        p.other_source,
        sum(p.keys)::bigint as keys,
        (array_agg(array_to_string(p.example, ', ') order by p.example))[:_p_sample] as sample
    from parts as p
    group by p.source, p.other_source;
$$;
comment on function library_stage.overlaps_reader(integer) is
'Pairs of sources that share reader keys, of those noted by the last `loader conflicts`.';

-- sql/dataset/overlaps/known_keys_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.known_keys_reader()
returns table (source integer, new bigint, same bigint, differing bigint)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set enable_nestloop = off
set enable_mergejoin = off
as $$
-- Compares the reader keys that were noted with library.reader, a row a source.
-- Called by loader.known_keys, when that table is there.
#variable_conflict use_column
begin
    return query
    select
        k._source,
        count(*) filter (where t._hash is null),
        count(*) filter (where t._hash = k._hash),
        count(*) filter (where t._hash <> k._hash)
    from library_stage.reader_key as k
    left join library.reader as t on t.id = k.id
    group by k._source;
end
$$;
comment on function library_stage.known_keys_reader() is
'Compares the reader keys noted by the last `loader conflicts` with those in library.';

-- sql/dataset/validate/stage_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.stage_build_visit(
    _p_chunk bigint,
    _p_source bigint,
    _p_slot integer,
    inout _p_filtered bigint,
    inout _p_rows jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Judges the visit records staged as text in a slot: what does not fit becomes a reject, the rest is cast
-- into library_build. Called by loader.stage_chunk, which holds the chunk's fence.
#variable_conflict use_column
declare
    _v_rejected bigint[] := '{}';
    _v_rows bigint;
begin
    _p_rows := '{}';
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'visit',
        s._record,
        f.reason,
        'visit',
        f.column_name,
        left(f.value, 1000),
        f.message
    from library_stage.visit_text as s
    inner join loader.chunk as c on c.chunk_id = _p_chunk
    cross join lateral (
        values
        (
            'record_id', s.record_id, 'missing_key',
            'the key record_id is missing',
            nullif(btrim(s.record_id, E' \t\n\r'), '') is null
        ),
        (
            'record_id', s.record_id, 'required',
            'record_id is required',
            nullif(btrim(s.record_id, E' \t\n\r'), '') is null
        ),
        (
            'record_id', s.record_id, 'type',
            format('record_id: %L is not of type bigint', left(s.record_id, 100)),
            not loader.is_bigint(s.record_id)
        ),
        (
            'reader_id', s.reader_id, 'type',
            format('reader_id: %L is not of type bigint', left(s.reader_id, 100)),
            not loader.is_bigint(s.reader_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = _p_slot and f.broken;
    select coalesce(array_agg(distinct loader.record_id(r.source_id, r.record)), '{}')
    into _v_rejected
    from loader.reject as r
    where r.chunk_id = _p_chunk;
    if _v_rejected <> '{}' then
        -- Rejected records whose key is good are not gone: the row that has it stays.
        update loader.reject as r set key = jsonb_build_object(
            'record_id', k.record_id
        )
        from (
            select
                nullif(btrim(s.record_id, E' \t\n\r'), '')::bigint as record_id,
                s._record
            from library_stage.visit_text as s
            where
                s._slot = _p_slot
                and loader.record_id(s._source, s._record) = any(_v_rejected)
                and not (
                    coalesce(nullif(btrim(s.record_id, E' \t\n\r'), '') is null, false)
                    or coalesce(nullif(btrim(s.record_id, E' \t\n\r'), '') is null, false)
                    or coalesce(not loader.is_bigint(s.record_id), false)
                )
            offset 0
        ) as k
        where
            r.chunk_id = _p_chunk
            and r.record = k._record
            and k.record_id is not null;
    end if;
    insert into library_build.visit (
        record_id, reader_id, _source, _record, _hash
    )
    select
        nullif(btrim(s.record_id, E' \t\n\r'), '')::bigint as record_id,
        nullif(btrim(s.reader_id, E' \t\n\r'), '')::bigint as reader_id,
        s._source,
        s._record,
        s._hash
    from library_stage.visit_text as s
    where
        s._slot = _p_slot
        and loader.record_id(s._source, s._record) <> all(_v_rejected);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('visit', _v_rows);
    _p_filtered := 0;
end
$$;
comment on procedure library_stage.stage_build_visit(bigint, bigint, integer, bigint, jsonb) is
'Judges the visit records staged as text in a slot and casts the good ones.';

-- sql/dataset/validate/stage_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.stage_merge_visit(
    _p_chunk bigint,
    _p_source bigint,
    _p_slot integer,
    inout _p_filtered bigint,
    inout _p_rows jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Judges the visit records staged as text in a slot: what does not fit becomes a reject, the rest is cast
-- into library_stage. Called by loader.stage_chunk, which holds the chunk's fence.
#variable_conflict use_column
declare
    _v_rejected bigint[] := '{}';
    _v_rows bigint;
begin
    _p_rows := '{}';
    insert into loader.reject (
        load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
    )
    select
        c.load_id,
        c.source_id,
        c.chunk_id,
        'visit',
        s._record,
        f.reason,
        'visit',
        f.column_name,
        left(f.value, 1000),
        f.message
    from library_stage.visit_text as s
    inner join loader.chunk as c on c.chunk_id = _p_chunk
    cross join lateral (
        values
        (
            'record_id', s.record_id, 'missing_key',
            'the key record_id is missing',
            nullif(btrim(s.record_id, E' \t\n\r'), '') is null
        ),
        (
            'record_id', s.record_id, 'required',
            'record_id is required',
            nullif(btrim(s.record_id, E' \t\n\r'), '') is null
        ),
        (
            'record_id', s.record_id, 'type',
            format('record_id: %L is not of type bigint', left(s.record_id, 100)),
            not loader.is_bigint(s.record_id)
        ),
        (
            'reader_id', s.reader_id, 'type',
            format('reader_id: %L is not of type bigint', left(s.reader_id, 100)),
            not loader.is_bigint(s.reader_id)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = _p_slot and f.broken;
    select coalesce(array_agg(distinct loader.record_id(r.source_id, r.record)), '{}')
    into _v_rejected
    from loader.reject as r
    where r.chunk_id = _p_chunk;
    if _v_rejected <> '{}' then
        -- Rejected records whose key is good are not gone: the row that has it stays.
        update loader.reject as r set key = jsonb_build_object(
            'record_id', k.record_id
        )
        from (
            select
                nullif(btrim(s.record_id, E' \t\n\r'), '')::bigint as record_id,
                s._record
            from library_stage.visit_text as s
            where
                s._slot = _p_slot
                and loader.record_id(s._source, s._record) = any(_v_rejected)
                and not (
                    coalesce(nullif(btrim(s.record_id, E' \t\n\r'), '') is null, false)
                    or coalesce(nullif(btrim(s.record_id, E' \t\n\r'), '') is null, false)
                    or coalesce(not loader.is_bigint(s.record_id), false)
                )
            offset 0
        ) as k
        where
            r.chunk_id = _p_chunk
            and r.record = k._record
            and k.record_id is not null;
    end if;
    insert into library_stage.visit (
        _slot, record_id, reader_id, _source, _record, _hash
    )
    select
        _p_slot,
        nullif(btrim(s.record_id, E' \t\n\r'), '')::bigint as record_id,
        nullif(btrim(s.reader_id, E' \t\n\r'), '')::bigint as reader_id,
        s._source,
        s._record,
        s._hash
    from library_stage.visit_text as s
    where
        s._slot = _p_slot
        and loader.record_id(s._source, s._record) <> all(_v_rejected);
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object('visit', _v_rows);
    _p_filtered := 0;
end
$$;
comment on procedure library_stage.stage_merge_visit(bigint, bigint, integer, bigint, jsonb) is
'Judges the visit records staged as text in a slot and casts the good ones.';

-- sql/dataset/rejects/rejected_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.rejected_visit(_p_loads bigint[])
returns table (load_id bigint, source_id bigint, record_id bigint)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- Keys of the visit records that these loads could not load, those that could be read.

    -- A record without a key of its own is known by its number, whatever is wrong with it.
    select distinct
        r.load_id,
        r.source_id,
        loader.record_id(coalesce(s.key_source, s.source_id), coalesce(s.record_numbers[r.record], r.record))
    from loader.reject as r
    inner join loader.source as s on s.source_id = r.source_id
    where r.load_id = any(_p_loads) and r.entity = 'visit' and r.reason <> 'conflict';
$$;
comment on function library_stage.rejected_visit(bigint[]) is
'Keys of the visit records that these loads could not load.';
create or replace function library_stage.undecided_visit(
    _p_load bigint, _p_complete boolean default false
)
returns table (source_id bigint, record_id bigint)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- For each source of a load that comes late, keys about which no whole newer dump has decided: each of those
    -- dumps rejected the record. _p_complete: newer issues of single files are not asked.
    with newer as materialized (
        select
            n.source_id,
            n.load_id
        from loader.newer_snapshots(_p_load, 'visit') as n
        where n.is_complete or not _p_complete
    ), rejected as materialized (
        select distinct
            r.load_id,
            r.record_id
        from library_stage.rejected_visit(array(select n.load_id from newer as n)) as r
    )
    select
        n.source_id,
        r.record_id
    from newer as n
    inner join rejected as r on r.load_id = n.load_id
    group by n.source_id, r.record_id
    having count(*) = (
        select count(*) from newer as m
        where m.source_id = n.source_id
    );
$$;
comment on function library_stage.undecided_visit(bigint, boolean) is
'Keys of visit records about which no whole newer dump has decided, as it rejected them.';
create or replace function library_stage.kept_visit(_p_load bigint)
returns bigint
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- How many rows from before a merge stay because their record was rejected. Called by loader.count_kept, when it is
-- decided what goes, and nothing is written yet.
#variable_conflict use_column
declare
    _v_kept bigint;
begin
    select count(*)
    into _v_kept
    from library.visit as t
    where
        (t.record_id) in (
            select r.record_id
            from library_stage.rejected_visit(array[_p_load]) as r
        )
        and t._source not in (
            select s.source_id from loader.source as s
            where s.load_id = _p_load
        )
        and not exists (
            select 1 from library_stage.visit_decision as v
            where
                (v._chunk is not null or v._outcome in ('g', 'x'))
                and v.record_id = t.record_id
        )
        and not exists (
            select 1
            from loader.chunk as c
            inner join library_stage.visit_key_log as s on s.chunk_id = c.chunk_id
            cross join lateral unnest(s.record_id) as u (record_id)
            where c.load_id = _p_load and u.record_id = t.record_id
        );
    return _v_kept;
end
$$;
comment on function library_stage.kept_visit(bigint) is
'How many visit rows from before a merge stay because their record was rejected.';
create or replace procedure library_stage.carry_visit(_p_load bigint, inout _p_held jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Carries rows of library into the build of a replace that has rejected their record: children, too, with the
-- source they had. _p_held: rows of each table, which become more. Called by loader.carry_rejected.
#variable_conflict use_column
declare
    _v_rows bigint;
    _v_own bigint[] := array(select s.source_id from loader.source as s where s.load_id = _p_load);
begin
    insert into library_build.visit (
        record_id, reader_id, _source, _record, _hash
    )
    select
        t.record_id, t.reader_id, t._source, t._record, t._hash
    from library.visit as t
    where
        (t.record_id) in (
            select r.record_id
            from library_stage.rejected_visit(array[_p_load]) as r
        )
        and not exists (
            select 1 from library_build.visit as b
            where b.record_id = t.record_id
        );
    get diagnostics _v_rows = row_count;
    _p_held := loader.add_counts(_p_held, jsonb_build_object('visit', _v_rows));
end
$$;
comment on procedure library_stage.carry_visit(bigint, jsonb) is
'Carries the visit rows whose record a replace has rejected into its build.';

-- sql/dataset/compare/compare_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.changed_visit(
    _p_first bigint,
    _p_hash uuid[],
    _p_1 bigint[]
)
returns bigint[]
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Places, from 1, of the records that are not the same as the row of library.visit that has their key and was
-- there before the load whose first source is _p_first. Row by row through the key's index: dumps come in key order.
#variable_conflict use_column
declare
    _v_places bigint[];
begin
    select coalesce(array_agg(u.place), '{}')
    into _v_places
    from unnest(_p_hash, _p_1)
        with ordinality as u (_hash, record_id, place)
    where (
        select t._hash = u._hash and t._source < _p_first
        from library.visit as t
        where t.record_id = u.record_id
    ) is not true;
    return _v_places;
end
$$;
revoke all on function library_stage.changed_visit(
    bigint, uuid[], bigint[]
) from public;
comment on function library_stage.changed_visit(
    bigint, uuid[], bigint[]
) is
'Places of the records that are not the same as the visit that has their key.';

-- sql/dataset/compose/version_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.version_of_visit(
    _p_1 bigint
)
returns jsonb
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
-- A visit as it is in the tables, with its children: {"row": {…}, "children": {table: [{…}, …]}}.
#variable_conflict use_column
begin
    return (
        select jsonb_build_object('row', to_jsonb(t.*), 'children', '{}'::jsonb
        )
        from library.visit as t
        where t.record_id = $1
    );
end
$$;
comment on function library_stage.version_of_visit(
    bigint
) is
'A visit as it is in the tables, with its children, as JSON.';

-- sql/dataset/history/as_of_table.sql, mapping 5ccf2b208805
create or replace function library_history.visit_as_of(p_load bigint)
returns table (
    record_id bigint,
    reader_id bigint,
    _source integer,
    _record bigint,
    _hash uuid
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- visit as it was after a load (0: before the first):
-- the rows of today, but where later loads changed a record, what the first of them has kept of it.
-- Raises LD013, LD019.
#variable_conflict use_column
declare
    _v_later bigint[];
    _v_was_empty boolean;
begin
    select l.loads, l.was_empty into _v_later, _v_was_empty
    from loader.later_loads('library', 'visit', p_load) as l;
    perform loader.assert_kept(f.load_id, p_load)
    from (
        select distinct on (c.record_id)
            c.record_id,
            c.load_id,
            c.op,
            c.before
        from library_history.visit_change as c
        where c.load_id = any(_v_later) and c.op <> 'same'
        order by c.record_id, c.load_id

    ) as f
    where f.op <> 'insert' and f.before is null
    limit 1;
    return query
    with changed as materialized (
        select distinct on (c.record_id)
            c.record_id,
            c.load_id,
            c.op,
            c.before
        from library_history.visit_change as c
        where c.load_id = any(_v_later) and c.op <> 'same'
        order by c.record_id, c.load_id

    ), moved as (
        -- A replace gives records another source, also where nothing else of them changes.
        select distinct on (c.record_id)
            c.record_id,
            c.source_before,
            c.record_before
        from library_history.visit_change as c
        where c.load_id = any(_v_later)
        order by c.record_id, c.load_id
    ), found as (
        select
            t.record_id, t.reader_id, t._source, t._record, t._hash
        from library.visit as t
        where
            not _v_was_empty
            and not exists (
                select 1 from changed as c
                where c.record_id = t.record_id
            )
        union all
        select
            r.record_id, r.reader_id, r._source, r._record, r._hash
        from changed as c
        cross join lateral jsonb_to_record(c.before -> 'row') as r (
            record_id bigint,
            reader_id bigint,
            _source integer,
            _record bigint,
            _hash uuid
        )
        where c.op <> 'insert'
    )
    select
        f.record_id, f.reader_id,
        coalesce(m.source_before::integer, f._source),
        coalesce(m.record_before, f._record),
        f._hash
    from found as f
    left join moved as m on m.record_id = f.record_id;
end
$$;
comment on function library_history.visit_as_of(bigint) is
'visit as it was after a load.';
create or replace function library_history.visit_as_of(p_at timestamptz)
returns table (
    record_id bigint,
    reader_id bigint,
    _source integer,
    _record bigint,
    _hash uuid
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
-- visit as it was at a time: after the last load that had ended by then.
-- Raises LD013, LD019.
#variable_conflict use_column
begin
    return query
    select
        h.record_id, h.reader_id, h._source, h._record, h._hash
    from library_history.visit_as_of(loader.load_at('library', p_at)) as h;
end
$$;
comment on function library_history.visit_as_of(timestamptz) is
'visit as it was at a time.';

-- sql/dataset/stage/store_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.store_visit(
    _p_chunk bigint,
    _p_slot integer,
    _p_same text[],
    inout _p_held bigint,
    inout _p_unchanged bigint,
    inout _p_rows jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Keeps what a chunk brought for the end of the load: rows staged in a slot (null: none) go to the build, where
-- workers have put theirs already; the keys of records that equal their rows are noted. _p_same: as of merge_visit.
-- _p_held: root rows that went to the build; _p_rows: rows of each table.
-- Called by loader.merge_chunk, which holds the chunk's fence.
#variable_conflict use_column
declare
    _v_same_record bigint[] := _p_same[1]::bigint[];
    _v_same_1 bigint[] := _p_same[2]::bigint[];
    _v_rows bigint;
begin
    _p_held := 0;
    _p_rows := '{}';
    if _p_slot is not null then
        insert into library_build.visit (
            record_id, reader_id, _source, _record, _hash
        )
        select
            s.record_id, s.reader_id, s._source, s._record, s._hash
        from library_stage.visit as s
        where s._slot = _p_slot;
        get diagnostics _v_rows = row_count;
        _p_rows := _p_rows || jsonb_build_object('visit', _v_rows);
        _p_held := _v_rows;
    end if;
    _p_unchanged := coalesce(cardinality(_v_same_record), 0);
    delete from library_stage.visit_key_log as s where s.chunk_id = _p_chunk;
    if _p_unchanged > 0 then
        -- Nothing was read: the keys are noted as they came.
        insert into library_stage.visit_key_log (
            chunk_id, record_id, record, outcome
        )
        values (
            _p_chunk, _v_same_1, _v_same_record, repeat('n', cardinality(_v_same_record))
        );
    end if;
end
$$;
comment on procedure library_stage.store_visit(
    bigint, integer, text[], bigint, bigint, jsonb
) is
'Keeps the visit records of a chunk for the end of the load.';

-- sql/dataset/decide/decide_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.decide_visit(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Decides about every visit that a load read: which version of a key wins, and whether it goes before the row
-- that is there. Writes nothing but visit_decision. Called by loader.apply_load.
#variable_conflict use_column
declare
    _v_confirming bigint[] := loader.confirming_chunks(_p_load, 'newest');
    _v_late bigint[] := loader.out_of_order_sources(_p_load, 'visit');
begin
    truncate
        library_stage.visit_decision,
        library_stage.visit_touched;
    -- Every record that the build holds, beside the row that has its key in the tables.
    with places as materialized (
        select
            p.source_id,
            p.place
        from loader.source_ranks('library', 'newest') as p
    ), planned as materialized (
        select c.* from loader.chunks_of_records(_p_load) as c
    )
    insert into library_stage.visit_decision (
        record_id, _chunk, _source, _record, _rec, _hash, _place, _staged,
        _old_source, _old_record, _old_hash, _old_rank,
        _was_marked
    )
    select
        b.record_id,
        c.chunk_ids[width_bucket(b._record, c.first_records)],
        b._source,
        b._record,
        loader.record_id(b._source, b._record),
        b._hash,
        p.place,
        true,
        t._source as _old_source,
        t._record as _old_record,
        t._hash as _old_hash,
        coalesce(o.place, -1) as _old_rank,
        false
    from library_build.visit as b
    inner join planned as c on c.source_id = b._source
    inner join places as p on p.source_id = b._source
    left join library.visit as t on t.record_id = b.record_id
    left join places as o on o.source_id = t._source;
    -- Records that equal their rows, hence are not in the build, where their key came once more.
    with noted as not materialized (
        select
            c.chunk_id,
            c.source_id,
            u.*
        from loader.chunk as c
        inner join library_stage.visit_key_log as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.record_id, s.record)
            as u (record_id, record)
        where c.load_id = _p_load
    ), more_than_once as (
        select n.record_id
        from noted as n
        group by n.record_id
        having count(*) > 1
        union
        select v.record_id
        from library_stage.visit_decision as v
    )
    insert into library_stage.visit_decision (
        record_id, _chunk, _source, _record, _rec, _hash, _place,
        _old_source, _old_record, _old_hash, _old_rank
    )
    select
        n.record_id,
        n.chunk_id,
        n.source_id,
        n.record,
        loader.record_id(n.source_id, n.record),
        t._hash,
        p.place,
        t._source,
        t._record,
        t._hash as _old_hash,
        coalesce(o.place, -1) as _old_rank
    from noted as n
    inner join more_than_once as m on m.record_id = n.record_id
    inner join library.visit as t on t.record_id = n.record_id
    inner join loader.source_ranks('library', 'newest') as p
        on p.source_id = n.source_id
    left join loader.source_ranks('library', 'newest') as o
        on o.source_id = t._source;
    if _v_late <> '{}' then
        -- A whole newer dump has decided about every key but those that it rejected itself.
        with undecided as materialized (
            select u.*
            from library_stage.undecided_visit(_p_load) as u
        )
        update library_stage.visit_decision as v
        set _is_out_of_order = true
        where
            v._source = any(_v_late)
            and not exists (
                select 1 from undecided as u
                where u.source_id = v._source and u.record_id = v.record_id
            );
    end if;
    -- Versions of one key in this load, the winner first. A late one goes before none of a file without a date.
    update library_stage.visit_decision as v set _version = r.version
    from (
        select
            w._rec,
            row_number() over (
                partition by w.record_id
                order by w._is_out_of_order, w._place desc, w._record desc
            ) as version
        from library_stage.visit_decision as w
        inner join (
            select m.record_id
            from library_stage.visit_decision as m
            group by m.record_id
            having count(*) > 1
        ) as m on m.record_id = w.record_id
    ) as r
    where r._rec = v._rec and r.version > 1;
    if _v_confirming <> '{}' then
        -- What a source of another load found unchanged stands as high as that source, as long as the row is still the
        -- one that it saw.
        update library_stage.visit_decision as v
        set _old_rank = greatest(v._old_rank, r.place)
        from (
            select
                w._rec,
                max(p.place) as place
            from library_stage.visit_key_log as s
            inner join loader.chunk as c on c.chunk_id = s.chunk_id
            inner join loader.source_ranks('library', 'newest') as p
                on p.source_id = c.source_id
            cross join lateral unnest(s.record_id, string_to_array(s.outcome, null))
                as u (record_id, outcome)
            inner join library_stage.visit_decision as w
                on w.record_id = u.record_id
            inner join loader.source as o on o.source_id = w._old_source
            where s.chunk_id = any(_v_confirming) and u.outcome = 'n' and c.load_id > o.load_id
            group by w._rec
        ) as r
        where r._rec = v._rec;
    end if;
    -- Of each key its winner in this load against the row that is there: policy newest.
    update library_stage.visit_decision as v
    set
        _outcome = case
            when v._version > 1 then 'd'
            when v._old_hash is null then case when v._is_out_of_order then 'd' else 'i' end
            when v._old_hash = v._hash then case when v._was_marked and not v._is_out_of_order then 'u' else 'n' end
            when v._is_out_of_order then 'd'
            when v._place > v._old_rank then 'u'
            when v._place = v._old_rank and v._old_hash = loader.unknown_hash() then 'u'
            else 'd'
        end;
    -- Plans of what follows depend on how many of each outcome there are.
    perform loader.gather_statistics(
        'library_stage.visit_decision'::regclass
    );
end
$$;
comment on procedure library_stage.decide_visit(bigint) is
'Decides about every visit that a load read.';
create or replace procedure library_stage.pick_absent_visit(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Adds to visit_decision the rows that a complete load no longer holds, and those that the newer issue of a
-- file no longer holds. A record that it rejected is not gone,
-- nor one that another dump, which is not older, has found unchanged.
-- When it comes late, newer ones have decided about all keys but those that they rejected. Called by
-- loader.pick_absent.
declare
    _v_confirming bigint[] := loader.not_older_chunks(_p_load, 'visit');
    _v_older bigint[] := loader.older_sources(_p_load, 'visit');
    _v_late bigint[] := array(
        select distinct n.source_id
        from loader.newer_snapshots(_p_load, 'visit') as n
        where n.is_complete
    );
begin
    -- Rows whose key this load has not read, not even in a record that it rejected.
    insert into library_stage.visit_decision (
        record_id, _old_source, _old_record, _old_hash, _outcome
    )
    select
        t.record_id,
        t._source,
        t._record,
        t._hash,
        'g'
    from loader.feed_keys(_p_load, 'visit') as k
    cross join lateral (
        select o.*
        from library.visit as o
        where o.record_id between k.first_key and k.last_key
        offset 0
    ) as t
    where
        not exists (
            select 1 from library_stage.visit_decision as v
            where v.record_id = t.record_id
        )
        and (t.record_id) not in (
            select r.record_id
            from library_stage.rejected_visit(array[_p_load]) as r
        )
        and not exists (
            select 1
            from loader.chunk as c
            inner join library_stage.visit_key_log as s on s.chunk_id = c.chunk_id
            cross join lateral unnest(s.record_id)
                as u (record_id)
            where
                (c.load_id = _p_load)
                and u.record_id = t.record_id
        )
        and (
            k.late_source is null
            or loader.is_newer(k.late_source, 0, t._source, 0)
            and (k.late_source, t.record_id) in (
                select u.source_id, u.record_id
                from library_stage.undecided_visit(_p_load) as u
            )
        );
    if
        _v_older = '{}'
        or _v_late <> '{}' and not exists (
            select 1 from library_stage.undecided_visit(_p_load, true)
        )
    then
        return;
    end if;
    -- Rows whose key this load has not read, not even in a record that it rejected.
    insert into library_stage.visit_decision (
        record_id, _old_source, _old_record, _old_hash, _outcome
    )
    select
        t.record_id,
        t._source,
        t._record,
        t._hash,
        'g'
    from library.visit as t
    where
        not exists (
            select 1 from library_stage.visit_decision as v
            where v.record_id = t.record_id
        )
        and (t.record_id) not in (
            select r.record_id
            from library_stage.rejected_visit(array[_p_load]) as r
        )
        and not exists (
            select 1
            from loader.chunk as c
            inner join library_stage.visit_key_log as s on s.chunk_id = c.chunk_id
            cross join lateral unnest(s.record_id)
                as u (record_id)
            where
                (c.load_id = _p_load or c.chunk_id = any(_v_confirming))
                and u.record_id = t.record_id
        )
        and t._source = any(_v_older)
        and (
            _v_late = '{}'
            or (t.record_id) in (
                select u.record_id
                from library_stage.undecided_visit(_p_load, true) as u
                group by u.record_id
                having count(*) = cardinality(_v_late)
            )
        );
end
$$;
comment on procedure library_stage.pick_absent_visit(bigint) is
'Adds the rows that a complete load no longer holds to what was decided.';

-- sql/dataset/apply/apply_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.drop_absent_visit(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Deletes the rows that visit_decision says are gone. Called by
-- apply_visit and loader.remove_absent.
#variable_conflict use_column
begin
    if not exists (
        select 1 from library_stage.visit_decision as v
        where v._outcome = 'g'
    ) then
        return;
    end if;
    delete from library.visit as t
    where (t.record_id) in (
        select v.record_id
        from library_stage.visit_decision as v
        where v._outcome = 'g'
    );
end
$$;
comment on procedure library_stage.drop_absent_visit(bigint) is
'Deletes the visit rows that a complete load no longer holds.';
create or replace procedure library_stage.apply_visit(_p_load bigint, _p_history boolean)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Writes what visit_decision says into library, by difference, and notes what changed.
-- _p_history: whether the versions before are kept. Called by loader.apply_load, in the one transaction that shows the
-- load to readers, and by loader.rollback.
begin
    -- What is about to change, and, where history is kept, what it was.
    insert into library_history.visit_change (
        load_id, record_id, op, columns,
        source_before, record_before, hash_before, source_after, record_after, hash_after, before
    )
    select
        _p_load,
        v.record_id,
        case v._outcome
            when 'i' then 'insert'
            when 'u' then 'update'
            else 'delete'
        end,
        case
            when v._outcome = 'u' then array_remove(array[
                case
                    when t.reader_id
                        is distinct from b.reader_id
                    then 'reader_id'
                end
            ]::text[], null)
        end,
        v._old_source,
        v._old_record,
        v._old_hash,
        v._source,
        v._record,
        v._hash,
        case
            when _p_history and v._outcome <> 'i'
                then library_stage.version_of_visit(v.record_id)
        end
    from library_stage.visit_decision as v
    left join library_build.visit as b
        on b._source = v._source and b._record = v._record
    left join library.visit as t
        on v._outcome <> 'i' and t.record_id = v.record_id
    where v._outcome in ('i', 'u', 'g', 'x');
    if _p_history then
        perform loader.keep_users_columns(_p_load, 'visit');
    end if;
    -- In key order, so that it does not deadlock with others that write these rows.
    insert into library.visit as t (
        record_id, reader_id, _source, _record, _hash
    )
    select
        b.record_id, b.reader_id, b._source, b._record, b._hash
    from library_build.visit as b
    where loader.record_id(b._source, b._record) in (
        select v._rec from library_stage.visit_decision as v
        where v._outcome in ('i', 'u')
    )
    order by b.record_id
    on conflict (record_id) do update set
        reader_id = excluded.reader_id,
        _source = excluded._source,
        _record = excluded._record,
        _hash = excluded._hash;
    call library_stage.drop_absent_visit(_p_load);
    if exists (
        select 1 from library_stage.visit_decision as v
        where v._outcome = 'x'
    ) then
        delete from library.visit as t
        where (t.record_id) in (
            select v.record_id
            from library_stage.visit_decision as v
            where v._outcome = 'x'
        );
    end if;
    -- Until now what stands in the build counted as inserted, all else as unchanged.
    with counted as (
        select
            v._chunk as chunk_id,
            count(*) filter (where v._outcome = 'i') - count(*) filter (where v._staged) as inserted,
            count(*) filter (where v._outcome = 'u') as updated,
            count(*) filter (where v._outcome = 'n') - count(*) filter (where not v._staged) as unchanged,
            count(*) filter (where v._outcome = 'd') as duplicate
        from library_stage.visit_decision as v
        where v._chunk is not null
        group by v._chunk
    )
    update loader.chunk as c set
        inserted = c.inserted + d.inserted,
        updated = c.updated + d.updated,
        unchanged = c.unchanged + d.unchanged,
        duplicate = c.duplicate + d.duplicate
    from counted as d
    where d.chunk_id = c.chunk_id;
    -- What was parsed and turned out to equal its row was found unchanged as well.
    insert into library_stage.visit_key_log as s (
        chunk_id, record_id, record, outcome
    )
    select
        v._chunk,
        array_agg(v.record_id order by v._record),
        array_agg(v._record order by v._record),
        repeat('n', count(*)::integer)
    from library_stage.visit_decision as v
    where v._outcome = 'n' and v._staged
    group by v._chunk
    on conflict (chunk_id) do update set
        record_id = s.record_id || excluded.record_id,
        record = s.record || excluded.record,
        outcome = s.outcome || excluded.outcome;
    -- The first conflicts by key: which version won, and why.
    insert into loader.conflict (
        load_id, entity, key, winner_source, winner_record, loser_source, loser_record, why
    )
    select
        _p_load,
        'visit',
        jsonb_build_object(
            'record_id', c.record_id
        ),
        w.source_id as winner_source,
        case when w.source_id is not null then c._winner_record end,
        c._source,
        c._record,
        loader.why_wins(c._winner_source, c._source)
    from (
        select l.*
        from (
            -- Versions that another one of this load, or the row that is there, went before.
            select
                v.*,
                case when v._version > 1 and w._outcome <> 'd' then w._source else v._old_source end as _winner_source,
                case when v._version > 1 and w._outcome <> 'd' then w._record else v._old_record end as _winner_record
            from library_stage.visit_decision as v
            left join library_stage.visit_decision as w
                on w._version = 1
                and w._chunk is not null
                and v._version > 1
                and w.record_id = v.record_id
            where v._outcome = 'd'
        ) as l
        order by l.record_id, l._source, l._record
        limit 100
    ) as c
    left join loader.source as w on w.source_id = c._winner_source;
end
$$;
comment on procedure library_stage.apply_visit(bigint, boolean) is
'Writes what was decided about visit records into the tables, by difference.';

-- sql/dataset/repair/repair_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.repair_visit(
    _p_load bigint, inout _p_found jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- For a repair: compares the rows of each visit whose hash is that of its record with what the record says, and
-- has those that differ written again; rows that claim to be of the files of the load, but are not, are gone.
-- _p_found: {table: {missing, differing, surplus}}, to which this adds. Called by loader.apply_load and
-- loader.check_repair, after decide_visit. Writes visit_decision, visit_touched.
#variable_conflict use_column
declare
    _v_missing bigint;
    _v_differing bigint := 0;
    _v_surplus bigint := 0;
    _v_rows bigint;
begin
    select count(*) into _v_missing
    from library_stage.visit_decision as v
    where v._outcome = 'i';
    -- A row of the very same file cannot have another hash.
    update library_stage.visit_decision as v
    set _outcome = 'u'
    where v._outcome = 'd' and v._version = 1 and v._place = v._old_rank and v._old_hash <> v._hash;
    get diagnostics _v_differing = row_count;
    -- Rows whose key this load has not read, not even in a record that it rejected.
    insert into library_stage.visit_decision (
        record_id, _old_source, _old_record, _old_hash, _outcome
    )
    select
        t.record_id,
        t._source,
        t._record,
        t._hash,
        'g'
    from library.visit as t
    where
        not exists (
            select 1 from library_stage.visit_decision as v
            where v.record_id = t.record_id
        )
        and (t.record_id) not in (
            select r.record_id
            from library_stage.rejected_visit(array[_p_load]) as r
        )
        and t._source in (
            select o.source_id
            from loader.source as s
            inner join loader.source as o on o.dataset = s.dataset and o.name = s.name and o.sha256 = s.sha256
            where s.load_id = _p_load and s.state = 'planned' and 'visit' = any(s.entities)
        );
    get diagnostics _v_surplus = row_count;
    insert into library_stage.visit_touched (record_id, _table)
    select
        v.record_id,
        0
    from library_stage.visit_decision as v
    inner join library_build.visit as b on loader.record_id(b._source, b._record) = v._rec
    inner join library.visit as t on t.record_id = v.record_id
    where
        v._outcome = 'n'
        and (t.reader_id)
        is distinct from
        (b.reader_id);
    get diagnostics _v_rows = row_count;
    _v_differing := _v_differing + _v_rows;
    _p_found := _p_found || jsonb_build_object('visit', jsonb_build_object(
        'missing', _v_missing, 'differing', _v_differing, 'surplus', _v_surplus
    ));
    update library_stage.visit_decision as v
    set _outcome = 'u'
    from library_stage.visit_touched as d
    where v._outcome = 'n' and d.record_id = v.record_id;
    truncate library_stage.visit_touched;
end
$$;
comment on procedure library_stage.repair_visit(bigint, jsonb) is
'For a repair: has rows of visit and its children written again that are not what their record says.';

-- sql/dataset/verify/verify_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.unkept_visit(_p_load bigint)
returns table (table_name text, found bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Rows of each table of visit that are not as apply_visit has written them.
-- They are missing, have another key, or are too many.
-- Called by loader.assert_applied, where somebody has made triggers or rules.
#variable_conflict use_column
begin
    return query
    select
        'visit'::text,
        (
            select count(*)
            from library_stage.visit_decision as v
            where
                v._outcome in ('i', 'u')
                and not exists (
                    select 1 from library.visit as t
                    where
                        t.record_id = v.record_id
                        and t._source = v._source
                        and t._hash = v._hash
                )
        )
        + (
            select count(*)
            from library.visit as t
            where
                t._source in (
                    select s.source_id from loader.source as s
                    where s.load_id = _p_load
                )
                and not exists (
                    select 1 from library_stage.visit_decision as v
                    where
                        v._outcome in ('i', 'u')
                        and v.record_id = t.record_id
                )
        );
end
$$;
comment on function library_stage.unkept_visit(bigint) is
'Rows of each table of visit that are not as they were written.';
create or replace function library_stage.staying_visit()
returns table (table_name text, found bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Rows of each table of visit that visit_decision says are gone, but that are still there.
-- Called by loader.assert_applied, where somebody has made triggers or rules.
#variable_conflict use_column
begin
    return query
    select
        'visit'::text,
        count(*)
    from library.visit as t
    inner join library_stage.visit_decision as v on t.record_id = v.record_id
    where
        v._outcome in ('g', 'x');
end
$$;
comment on function library_stage.staying_visit() is
'Rows of each table of visit that should be gone and are not.';

-- sql/dataset/history/record_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.record_visit(
    _p_load bigint,
    _p_history boolean,
    inout _p_deleted bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Notes what a publication is about to change in visit and its children: library against library_build.
-- _p_history: whether the versions before are kept, and records noted whose source alone is another.
-- Called by loader.record_replacement.
#variable_conflict use_column
begin
    _p_deleted := 0;
    if to_regclass('library.visit') is null then
        return;
    end if;
    truncate library_stage.visit_touched;
    -- Rows in use against those that take their place, by key and hash.
    insert into library_history.visit_change (
        load_id, record_id, op, columns,
        source_before, record_before, hash_before, source_after, record_after, hash_after, before
    )
    select
        _p_load,
        coalesce(b.record_id, t.record_id),
        o.op,
        case
            when o.op = 'update' then array_remove(array[
                case
                    when t.reader_id
                        is distinct from b.reader_id
                    then 'reader_id'
                end
            ]::text[], null)
        end,
        t._source as source_before,
        t._record as record_before,
        t._hash as hash_before,
        b._source as source_after,
        b._record as record_after,
        b._hash as hash_after,
        case
            when _p_history and o.op in ('update', 'delete')
                then library_stage.version_of_visit(t.record_id)
        end
    from library.visit as t
    full join library_build.visit as b on b.record_id = t.record_id
    cross join lateral unnest(array[
        case
            when t._hash is null then 'insert'
            when b._hash is null then 'delete'
            when t._hash <> b._hash then 'update'
            else 'same'
        end
    ]) as o (op)
    where o.op <> 'same' or _p_history and (t._source, t._record) <> (b._source, b._record);
    if _p_history then
        perform loader.keep_users_columns(_p_load, 'visit');
    end if;
    select count(*) into _p_deleted
    from library_history.visit_change as c
    where c.load_id = _p_load and c.op = 'delete';
end
$$;
comment on procedure library_stage.record_visit(bigint, boolean, bigint) is
'Notes what a publication is about to change in visit and its children.';

-- sql/dataset/rollback/undo_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.pick_undone_visit(
    _p_undone bigint,
    _p_first boolean,
    inout _p_touched bigint,
    inout _p_keys text[]
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Puts into visit_decision what takes back the changes of load _p_undone. _p_first: that found empty tables,
-- so all of its rows go. _p_touched, _p_keys: how many of its records are not as it has left them, and the first
-- of them. Called by loader.rollback.
#variable_conflict use_column
declare
    _v_sources bigint[] := array(select s.source_id from loader.source as s where s.load_id = _p_undone);
begin
    truncate
        library_stage.visit_decision,
        library_stage.visit_touched;
    if _p_first then
        -- All that a first load brought is to go.
        insert into library_stage.visit_decision (
            record_id, _old_source, _old_record, _old_hash, _outcome
        )
        select
            t.record_id,
            t._source,
            t._record,
            t._hash,
            'x'
        from library.visit as t
        where t._source = any(_v_sources);
        -- Of a first load no changes are recorded; what later loads changed of its rows is.
        select
            count(*),
            array_agg(o.key order by o.place) filter (where o.place <= 20)
        into _p_touched, _p_keys
        from (
            select
                'visit' || ' ' || concat_ws('/', c.record_id) as key,
                row_number() over (order by c.record_id) as place
            from (
                select distinct h.record_id
                from library_history.visit_change as h
                where h.load_id > _p_undone and h.source_before = any(_v_sources)
            ) as c
            left join library.visit as t
                on t.record_id = c.record_id and t._source = any(_v_sources)
            where t._source is null
        ) as o;
    else
        -- What a load inserted is to go, what it deleted to come back, all else to be as it was.
        insert into library_stage.visit_decision (
            record_id, _source, _record, _rec, _hash,
            _old_source, _old_record, _old_hash, _was_marked, _outcome
        )
        select
            c.record_id,
            c.source_before,
            c.record_before,
            loader.record_id(c.source_before, c.record_before),
            c.hash_before,
            t._source,
            t._record,
            t._hash,
            c.op = 'mark' or '_gone_since' = any(coalesce(c.columns, '{}')),
            case c.op when 'insert' then 'x' when 'delete' then 'i' else 'u' end
        from library_history.visit_change as c
        left join library.visit as t on t.record_id = c.record_id
        where c.load_id = _p_undone and c.op <> 'same';
        -- Records that are not as the load has left them.
        select
            count(*),
            array_agg(o.key order by o.place) filter (where o.place <= 20)
        into _p_touched, _p_keys
        from (
            select
                'visit' || ' ' || concat_ws('/', c.record_id) as key,
                row_number() over (order by c.record_id) as place
            from library_history.visit_change as c
            left join library.visit as t on t.record_id = c.record_id
            where
                c.load_id = _p_undone
                and (t._source, t._record, t._hash) is distinct from (
                    case c.op when 'mark' then c.source_before else c.source_after end,
                    case c.op when 'mark' then c.record_before else c.record_after end,
                    case c.op when 'mark' then c.hash_before else c.hash_after end
                )
        ) as o;
    end if;
    perform loader.gather_statistics(
        'library_stage.visit_decision'::regclass
    );
end
$$;
comment on procedure library_stage.pick_undone_visit(bigint, boolean, bigint, text[]) is
'Decides what takes back the changes of a load; tells which records are not as it has left them.';
create or replace procedure library_stage.undo_visit(
    _p_load bigint,
    _p_undone bigint,
    _p_history boolean,
    inout _p_left bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Writes what pick_undone_visit has decided, in the name of load _p_load: puts the versions from before load
-- _p_undone into the build and applies them as those of any load. _p_left: rows that could not be brought back, as
-- foreign keys of other tables refer to children, or since it is not recorded where they came from.
-- Called by loader.rollback.
#variable_conflict use_column
begin
    insert into library_build.visit (
        record_id, reader_id, _source, _record, _hash
    )
    select
        r.record_id, r.reader_id,
        r._source, r._record, r._hash
    from library_history.visit_change as c
    cross join lateral jsonb_to_record(c.before -> 'row') as r (
        record_id bigint,
        reader_id bigint,
        _source integer,
        _record bigint,
        _hash uuid
    )
    where c.load_id = _p_undone and c.op not in ('insert', 'same');
    call library_stage.apply_visit(_p_load, _p_history);
    -- Records of which a replace changed nothing but their source.
    with moved as (
        update library.visit as t
        set _source = c.source_before, _record = c.record_before
        from library_history.visit_change as c
        where c.load_id = _p_undone and c.op = 'same' and c.record_id = t.record_id
        returning c.*
    )
    insert into library_history.visit_change (
        load_id, record_id, op,
        source_before, record_before, hash_before, source_after, record_after, hash_after
    )
    select
        _p_load,
        m.record_id,
        'same',
        m.source_after,
        m.record_after,
        m.hash_after,
        m.source_before,
        m.record_before,
        m.hash_before
    from moved as m;
    -- What the load found unchanged counts no more.
    delete from library_stage.visit_key_log as s
    using loader.chunk as k
    where k.chunk_id = s.chunk_id and k.load_id = _p_undone;
    -- Rows of the load that are still there, and children that should not be.
    select sum(l.found)
    into _p_left
    from (
        select count(*) as found
        from library.visit as t
        where
            t._source in (
                select s.source_id
                from loader.source as s
                where s.load_id = _p_undone
            )
    ) as l;
end
$$;
comment on procedure library_stage.undo_visit(bigint, bigint, boolean, bigint) is
'Brings back the visit records that a load had changed.';

-- sql/dataset/merge_chunk/merge_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.merge_visit(
    _p_load bigint,
    _p_chunk bigint,
    _p_first bigint,
    _p_slot integer,
    _p_same text[],
    inout _p_inserted bigint,
    inout _p_updated bigint,
    inout _p_unchanged bigint,
    inout _p_duplicate bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Merges the visit records staged in a slot into library: roots that are new or newer, then their
-- children by difference. _p_first: the first source of this load. _p_same: records of the chunk that are not staged,
-- since they equal the rows that have their keys: arrays of record numbers, keys by column; null: none.
-- Called by loader.merge_chunk, which holds the chunk's fence. Raises LD016, LD029.
-- Custom plans lock the parent and one partition; generic ones would lock the partitions of all workers.
#variable_conflict use_column
declare
    _v_newer bigint[];
    _v_same_record bigint[] := _p_same[1]::bigint[];
    _v_same_1 bigint[] := _p_same[2]::bigint[];
    _v_still bigint;
    _v_winners bigint[];
    _v_writing bigint[];
    _v_inserted bigint[];
    _v_updated bigint[];
    _v_records bigint[];
    _v_fresh boolean[];
    _v_who text;
    _v_unkept bigint;
    _v_inserted_1 bigint[];
    _v_updated_1 bigint[];
begin
    -- One version of each key in the chunk wins, staged or not: all are of one source, so the record number decides.
    select array_agg(w._record order by w._record)
    into _v_winners
    from (
        select distinct on (v.record_id)
            v._record,
            v.is_staged
        from (
            select s.record_id, s._record, true as is_staged
            from library_stage.visit as s
            where s._slot = _p_slot
            union all
            select u.record_id, u._record, false
            from unnest(_v_same_record, _v_same_1)
                as u (_record, record_id)
        ) as v
        order by v.record_id, v._record desc
    ) as w
    where w.is_staged;
    if _v_winners is null and _v_same_record is null then
        _p_inserted := 0;
        _p_updated := 0;
        _p_unchanged := 0;
        _p_duplicate := 0;
        return;
    end if;
    if _v_same_record is not null then
        -- What was found to be as it is here, and hence was not read, must still be so: who writes a row gives it a
        -- new _source. A key that comes twice among them counts as a change, too: the chunk is then merged in full.
        select count(*)
        into _v_still
        from library.visit as t
        where
            t.record_id = any(_v_same_1)
            and t._source < _p_first;
        if _v_still <> cardinality(_v_same_record) then
            raise exception 'a visit of chunk % is no longer as it was when it was compared', _p_chunk
                using errcode = 'LD016', hint = 'the chunk is merged again, with all of its records';
        end if;
    end if;
    if
        _v_winners is null
        and not exists (
            select 1 from library_stage.visit as s
            where s._slot = _p_slot
        )
        and not exists (
            select 1 from library_stage.visit_key_log as n
            where n.chunk_id = _p_chunk
        )
    then
        -- Nothing was read: the keys are noted as they came.
        insert into library_stage.visit_key_log (
            chunk_id, record_id, record, outcome
        )
        values (
            _p_chunk, _v_same_1, _v_same_record, repeat('n', cardinality(_v_same_record))
        );
        _p_inserted := 0;
        _p_updated := 0;
        _p_unchanged := cardinality(_v_same_record);
        _p_duplicate := 0;
        return;
    end if;
    _v_writing := _v_winners;
    _v_newer := loader.newer_chunks(_p_chunk, 'newest');
    if _v_newer <> '{}' then
        -- A newer source of another load has found some of these keys unchanged. That was a decision, though it wrote
        -- nothing: they stay as they are. What equals its row counts as unchanged all the same: of a key that came more
        -- than once, the chunks of the newer source decide whether it was noted or written.
        with confirmed as (
            select u.record_id
            from library_stage.visit_key_log as s
            cross join lateral unnest(s.record_id, string_to_array(s.outcome, null))
                as u (record_id, outcome)
            where s.chunk_id = any(_v_newer) and u.outcome = 'n'
        )
        select coalesce(array_agg(s._record order by s._record), '{}')
        into _v_writing
        from library_stage.visit as s
        where
            s._slot = _p_slot
            and s._record = any(_v_winners)
            and not exists (
                select 1 from confirmed as f
                where f.record_id = s.record_id
            );
    end if;
    if _v_writing <> '{}' and loader.is_out_of_order(_p_chunk, 'visit') then
        -- A whole newer dump has decided about every key but those that it rejected itself.
        select coalesce(array_agg(s._record order by s._record), '{}')
        into _v_writing
        from library_stage.visit as s
        inner join library_stage.undecided_visit(_p_load) as u
            on u.source_id = s._source and u.record_id = s.record_id
        where s._slot = _p_slot and s._record = any(_v_writing);
    end if;
    if _v_writing <> '{}' then
        -- What the rows looked like before this load, should they be written: its counts are against that state.
        -- In key order, as all that loaders may meet at.
        insert into library_stage.visit_before (load_id, record_id, hash)
        select
            _p_load,
            t.record_id,
            t._hash
        from library_stage.visit as s
        inner join library.visit as t on t.record_id = s.record_id
        where s._slot = _p_slot and t._hash <> s._hash and t._source < _p_first
        order by t.record_id
        on conflict do nothing;
        -- Only the row that is there when it is locked tells whether this one is newer: others write it meanwhile, too.
        with written as (
            -- In key order, so that it does not deadlock with others that write these rows.
            insert into library.visit as t (
                record_id, reader_id, _source, _record, _hash
            )
            select
                b.record_id, b.reader_id, b._source, b._record, b._hash
            from library_stage.visit as b
            where b._slot = _p_slot and b._record = any(_v_writing)
            order by b.record_id
            on conflict (record_id) do update set
                reader_id = excluded.reader_id,
                _source = excluded._source,
                _record = excluded._record,
                _hash = excluded._hash
            where
                (t._hash <> excluded._hash or t._source >= _p_first)
                and (
                    loader.is_newer(
                        excluded._source, excluded._record, t._source, t._record, 'newest'
                    )
                    or t._hash = loader.unknown_hash() and not loader.is_newer(
                        t._source, t._record, excluded._source, excluded._record, 'newest'
                    )
                )
            returning t.record_id, t._source, t._record, (t.xmax = 0) as fresh
        )
        select
            array_agg(w.record_id) filter (where w.fresh),
            array_agg(w.record_id) filter (where not w.fresh),
            coalesce(array_agg(loader.record_id(w._source, w._record)) filter (where w.fresh), '{}'),
            coalesce(array_agg(loader.record_id(w._source, w._record)) filter (where not w.fresh), '{}'),
            coalesce(array_agg(w._record), '{}'),
            coalesce(array_agg(w.fresh), '{}')
        into _v_inserted_1, _v_updated_1, _v_inserted, _v_updated, _v_records, _v_fresh
        from written as w;
    end if;
    _v_who := loader.entity_interferers('library', 'visit');
    if _v_who <> '' and _v_writing <> '{}' then
        -- Triggers or rules of others may have skipped rows, added some, or given them other keys. A root that was not
        -- written may have given way to a newer one meanwhile.
        select sum(u.unkept)
        into _v_unkept
        from (
            select count(*) as unkept
            from library_stage.visit as s
            left join library.visit as t on t.record_id = s.record_id
            where
                s._slot = _p_slot
                and s._record = any(_v_writing)
                and (
                    t._source is null
                    or s._record = any(_v_records) and (t._source, t._record) <> (s._source, s._record)
                    or s._record <> all(_v_records)
                    and (t._hash <> s._hash or t._source >= _p_first)
                    and loader.is_newer(s._source, s._record, t._source, t._record, 'newest')
                )
        ) as u;
        perform loader.report_altered(_p_load, 'library.visit', _v_unkept,
            _v_who);
    end if;
    -- One row a chunk: the keys it read and what became of each (i inserted, u updated, n unchanged, d duplicate). A
    -- chunk that is merged a second time keeps what it counted then, but for what it writes now.
    with earlier as (
        select
            u.record,
            u.outcome
        from library_stage.visit_key_log as n
        cross join lateral unnest(n.record, string_to_array(n.outcome, null)) as u (record, outcome)
        where n.chunk_id = _p_chunk
    ), judged as (
        select
            s.record_id,
            s._record,
            case
                when o.outcome is not null and w.fresh is null then o.outcome
                when w.fresh then 'i'
                when not w.fresh then 'u'
                when not (s._record = any(_v_winners)) then 'd'
                when t._hash = s._hash and t._source < _p_first then 'n'
                else 'd'
            end as outcome
        from library_stage.visit as s
        left join unnest(_v_records, _v_fresh) as w (_record, fresh) on w._record = s._record
        left join earlier as o on o.record = s._record
        left join library.visit as t on t.record_id = s.record_id
        where s._slot = _p_slot
        union all
        select
            u.record_id,
            u._record,
            coalesce(o.outcome, 'n') as outcome
        from unnest(_v_same_record, _v_same_1)
            as u (_record, record_id)
        left join earlier as o on o.record = u._record
    ), kept as (
        insert into library_stage.visit_key_log (
            chunk_id, record_id, record, outcome
        )
        select
            _p_chunk,
            array_agg(j.record_id order by j._record),
            array_agg(j._record order by j._record),
            string_agg(j.outcome, '' order by j._record)
        from judged as j
        having count(*) > 0
        on conflict (chunk_id) do update set
            record_id = excluded.record_id,
            record = excluded.record,
            outcome = excluded.outcome
    )
    select
        count(*) filter (where j.outcome = 'i'),
        count(*) filter (where j.outcome = 'u'),
        count(*) filter (where j.outcome = 'n'),
        count(*) filter (where j.outcome = 'd')
    into _p_inserted, _p_updated, _p_unchanged, _p_duplicate
    from judged as j;
end
$$;
comment on procedure library_stage.merge_visit(
    bigint, bigint, bigint, integer, text[], bigint, bigint, bigint, bigint
) is
'Merges the visit records of a chunk, those staged in a slot and those that stay; counts them.';

-- sql/dataset/merge_chunk/rank_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.ranked_visit(_p_load bigint)
returns table (
    chunk_id bigint,
    source_id bigint,
    record_id bigint,
    record bigint,
    outcome text,
    rank_of_version bigint,
    was_absent boolean
)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- The versions of keys that came more than once in a load, ranked by conflict order: place 1 wins. Most loads have
    -- none: then one pass over the keys is all.
    with twice as materialized (
        select u.record_id
        from loader.chunk as c
        inner join library_stage.visit_key_log as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.record_id) as u (record_id)
        where c.load_id = _p_load
        group by u.record_id
        having count(*) > 1
    ), places as materialized (
        select
            p.source_id,
            p.place
        from loader.source_ranks('library', 'newest') as p
    ), ranked as (
        select
            c.chunk_id,
            c.source_id,
            u.*,
            row_number() over (
                partition by u.record_id
                order by o.place desc, u.record desc
            ) as rank_of_version,
            bool_or(u.outcome = 'i') over (partition by u.record_id) as was_absent
        from loader.chunk as c
        inner join places as o on o.source_id = c.source_id
        inner join library_stage.visit_key_log as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.record_id, s.record, string_to_array(s.outcome, null))
            as u (record_id, record, outcome)
        inner join twice as w on w.record_id = u.record_id
        where c.load_id = _p_load
    )
    select
        r.chunk_id,
        r.source_id,
        r.record_id,
        r.record,
        r.outcome,
        r.rank_of_version,
        r.was_absent
    from ranked as r;
$$;
comment on function library_stage.ranked_visit(bigint) is
'Versions of visit keys that came more than once in a load, ranked by conflict order.';
create or replace function library_stage.stale_visit(_p_load bigint, _p_first bigint)
returns bigint []
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    _v_chunks bigint [];
begin
    -- Chunks that read the winner of a key and found it unchanged, hence did not write it, before or while an older
    -- version of the same load was written over the row that the winner equals.
    select coalesce(array_agg(distinct r.chunk_id), '{}')
    into _v_chunks
    from library_stage.ranked_visit(_p_load) as r
    inner join library.visit as t on t.record_id = r.record_id
    where
        r.rank_of_version = 1
        and t._source >= _p_first
        and (t._source, t._record) <> (r.source_id, r.record);
    return _v_chunks;
end
$$;
comment on function library_stage.stale_visit(bigint, bigint) is
'Chunks to be merged again, since an older version was written over what their winner of a visit key equals.';
create or replace function library_stage.missing_visit(_p_load bigint)
returns bigint []
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    _v_chunks bigint [];
begin
    -- Chunks that found a record equal to its row, which somebody has deleted since.
    select coalesce(array_agg(distinct s.chunk_id), '{}')
    into _v_chunks
    from loader.chunk as c
    inner join library_stage.visit_key_log as s on s.chunk_id = c.chunk_id
    cross join lateral unnest(s.record_id) as u (record_id)
    where
        c.load_id = _p_load
        and not exists (
            select 1 from library.visit as t
            where t.record_id = u.record_id
        );
    return _v_chunks;
end
$$;
comment on function library_stage.missing_visit(bigint) is
'Chunks to be loaded again, since somebody has deleted rows that their visit records equal.';

-- sql/dataset/merge_chunk/correct_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.correct_visit(_p_load bigint, _p_first bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Corrects the counts of visit keys that came more than once in a load, then forgets what was noted for that:
-- all but the keys that were found unchanged, which no older source that comes later may change.
-- Called by loader.correct_merge when every chunk is done.
#variable_conflict use_column
begin
    -- Keys that came more than once in the load: the winner by conflict order keeps the outcome against the state
    -- before the load, all others are duplicates, whatever the order in which the chunks were committed.
    with settled as (
        select
            r.chunk_id,
            r.outcome as before,
            case
                when r.rank_of_version > 1 then 'd'
                when r.was_absent then 'i'
                when t._hash is null then r.outcome
                when t._source < _p_first then r.outcome
                when t._hash = b.hash then 'n'
                else 'u'
            end as after
        from library_stage.ranked_visit(_p_load) as r
        left join library.visit as t on t.record_id = r.record_id
        left join library_stage.visit_before as b
            on b.load_id = _p_load and b.record_id = r.record_id
    ), change as (
        select
            d.chunk_id,
            count(*) filter (where d.after = 'i') - count(*) filter (where d.before = 'i') as inserted,
            count(*) filter (where d.after = 'u') - count(*) filter (where d.before = 'u') as updated,
            count(*) filter (where d.after = 'n') - count(*) filter (where d.before = 'n') as unchanged,
            count(*) filter (where d.after = 'd') - count(*) filter (where d.before = 'd') as duplicate
        from settled as d
        group by d.chunk_id
    )
    update loader.chunk as c set
        inserted = c.inserted + d.inserted,
        updated = c.updated + d.updated,
        unchanged = c.unchanged + d.unchanged,
        duplicate = c.duplicate + d.duplicate
    from change as d
    where d.chunk_id = c.chunk_id;
    delete from library_stage.visit_key_log as s
    where
        s.chunk_id in (select c.chunk_id from loader.chunk as c where c.load_id = _p_load)
        and position('n' in s.outcome) = 0;
    delete from library_stage.visit_before as b where b.load_id = _p_load;
end
$$;
comment on procedure library_stage.correct_visit(bigint, bigint) is
'Corrects the counts of visit keys that came more than once in a load.';

-- sql/dataset/resolve/resolve_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.resolve_visit(_p_load bigint, inout _p_held jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Removes from the build every version of a visit but the winner, with its children.
-- _p_held: rows of each table, which become fewer. Called by loader.resolve_build when every chunk is done.
#variable_conflict use_column
declare
    _v_sources bigint[];
    _v_records bigint[];
    _v_losers bigint[];
    _v_rows bigint;
begin
    with twice as (
        select r.record_id
        from library_build.visit as r
        group by r.record_id
        having count(*) > 1
    ), ranked as (
        select
            r._source,
            r._record,
            row_number() over (
                partition by r.record_id
                order by o.place desc, r._record desc
            ) as rank_of_version
        from library_build.visit as r
        inner join twice as w on w.record_id = r.record_id
        inner join loader.source_ranks('library', 'newest') as o
            on o.source_id = r._source
    )
    select
        array_agg(r._source::bigint),
        array_agg(r._record),
        array_agg(loader.record_id(r._source, r._record))
    into _v_sources, _v_records, _v_losers
    from ranked as r
    where r.rank_of_version > 1;
    if _v_losers is null then
        return;
    end if;
    update loader.load as l set conflicts = l.conflicts + cardinality(_v_losers) where l.load_id = _p_load;
    -- The first conflicts by key: which version won, and why.
    insert into loader.conflict (
        load_id, entity, key, winner_source, winner_record, loser_source, loser_record, why
    )
    select
        _p_load,
        'visit',
        jsonb_build_object(
            'record_id', c.record_id
        ),
        w.source_id as winner_source,
        case when w.source_id is not null then c._winner_record end,
        c._source,
        c._record,
        loader.why_wins(c._winner_source, c._source)
    from (
        select l.*
        from (
            -- Versions that are about to leave the build, beside those that stay.
            select
                o.*,
                w._source as _winner_source,
                w._record as _winner_record
            from library_build.visit as o
            inner join library_build.visit as w on w.record_id = o.record_id
            where
                loader.record_id(o._source, o._record) in (select unnest(_v_losers))
                and loader.record_id(w._source, w._record) not in (select unnest(_v_losers))
        ) as l
        order by l.record_id, l._source, l._record
        limit 100
    ) as c
    left join loader.source as w on w.source_id = c._winner_source;
    delete from library_build.visit as t
    where loader.record_id(t._source, t._record) in (select unnest(_v_losers));
    get diagnostics _v_rows = row_count;
    _p_held := loader.add_counts(_p_held, jsonb_build_object('visit', -_v_rows));
    perform loader.count_losers(_v_sources, _v_records);
end
$$;
comment on procedure library_stage.resolve_visit(bigint, jsonb) is
'Removes from the build every version of a visit but the winner.';

-- sql/dataset/overlaps/check_keys_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.check_keys_visit()
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Judges the visit keys that came as text, as a load would: the good ones are cast, the others counted.
-- Called by loader.check_keys.
#variable_conflict use_column
begin
    insert into library_stage.visit_key (
        _source, record_id, _record, _hash
    )
    select
        s._source,
        nullif(btrim(s.record_id, E' \t\n\r'), '')::bigint as record_id,
        s._record,
        s._hash
    from library_stage.visit_key_text as s
    where
        not (
            coalesce(nullif(btrim(s.record_id, E' \t\n\r'), '') is null, false)
            or coalesce(nullif(btrim(s.record_id, E' \t\n\r'), '') is null, false)
            or coalesce(not loader.is_bigint(s.record_id), false)
        );
    update library_stage._key_source as o set keyless = coalesce(o.keyless, 0) + b.keyless
    from (
        select
            s._source,
            count(*) as keyless
        from library_stage.visit_key_text as s
        where
            nullif(btrim(s.record_id, E' \t\n\r'), '') is null
            or nullif(btrim(s.record_id, E' \t\n\r'), '') is null
            or not loader.is_bigint(s.record_id)
        group by s._source
    ) as b
    where o.source = b._source;
    truncate library_stage.visit_key_text;
end
$$;
comment on function library_stage.check_keys_visit() is
'Judges the visit keys that came as text: the good ones are cast, the others counted.';

-- sql/dataset/overlaps/overlaps_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.overlaps_visit(_p_sample integer)
returns table (source integer, other_source integer, keys bigint, sample text [])
language sql
stable
set search_path = pg_catalog, pg_temp
set enable_nestloop = off
set enable_mergejoin = off
as $$
    -- Pairs of sources that share visit keys; a source beside itself: keys that come more than once in it.
    -- Keys that come once are left out by hashing, before anything else is done. Nothing is known of these tables to
    -- the planner, hence no joins that are quick for a few rows only.
    with twice as materialized (
        select k.record_id
        from library_stage.visit_key as k
        group by k.record_id
        having count(*) > 1
    ), held as materialized (
        select
            k.record_id,
            k._source,
            count(*) as _records,
            -- A sample is the least key of each of some parts, which the records' numbers make: so nothing is sorted.
            min(k._record) % 1024 as _part
        from library_stage.visit_key as k
        inner join twice as w on w.record_id = k.record_id
        group by k.record_id, k._source
    ), parts as (
        select
            a._source as source,
            b._source as other_source,
            count(*) as keys,
            min(array[
                a.record_id::text
            ]) as example
        from held as a
        inner join held as b on b.record_id = a.record_id and b._source > a._source
        group by a._source, b._source, a._part
        union all
        select
            a._source as source,
            a._source as other_source,
            count(*) as keys,
            min(array[
                a.record_id::text
            ]) as example
        from held as a
        where a._records > 1
        group by a._source, a._part
    )
    select
        p.source,
        p.other_source,
        sum(p.keys)::bigint as keys,
        (array_agg(array_to_string(p.example, ', ') order by p.example))[:_p_sample] as sample
    from parts as p
    group by p.source, p.other_source;
$$;
comment on function library_stage.overlaps_visit(integer) is
'Pairs of sources that share visit keys, of those noted by the last `loader conflicts`.';

-- sql/dataset/overlaps/known_keys_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.known_keys_visit()
returns table (source integer, new bigint, same bigint, differing bigint)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set enable_nestloop = off
set enable_mergejoin = off
as $$
-- Compares the visit keys that were noted with library.visit, a row a source.
-- Called by loader.known_keys, when that table is there.
#variable_conflict use_column
begin
    return query
    select
        k._source,
        count(*) filter (where t._hash is null),
        count(*) filter (where t._hash = k._hash),
        count(*) filter (where t._hash <> k._hash)
    from library_stage.visit_key as k
    left join library.visit as t on t.record_id = k.record_id
    group by k._source;
end
$$;
comment on function library_stage.known_keys_visit() is
'Compares the visit keys noted by the last `loader conflicts` with those in library.';

-- sql/dataset/build/build_table.sql, mapping 5ccf2b208805
create or replace procedure library_stage.build_book()
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
-- Makes library_build.book durable, with its key and indexes: one rewrite, one transaction.
#variable_conflict use_column
begin
    alter table library_build.book
        set logged,
        reset (autovacuum_enabled),
        add constraint book_pkey
            primary key (shelf, number);

    begin
        create index book_title_idx on library_build.book
        using btree (
            title
        );
        comment on index library_build.book_title_idx is
        'Made by the mapping. Serves searches by title';
    exception
        when program_limit_exceeded or data_exception then
            perform loader.report_index(
                'library', 'book', 'book_title_idx', sqlerrm
            );
    end;
    begin
        create index book_shelf_number_idx on library_build.book
        using gin (
            shelf, number
        );
        comment on index library_build.book_shelf_number_idx is
        'Made by the mapping. For searches by parts of the key';
    exception
        when program_limit_exceeded or data_exception then
            perform loader.report_index(
                'library', 'book', 'book_shelf_number_idx', sqlerrm
            );
    end;
    begin
        create index book_d322dc21_idx on library_build.book
        using btree (
            lower(title)
        );
        comment on index library_build.book_d322dc21_idx is
        'Made by the mapping. Serves searches by the expression';
    exception
        when program_limit_exceeded or data_exception then
            perform loader.report_index(
                'library', 'book', 'book_d322dc21_idx', sqlerrm
            );
    end;
    comment on table library_build.book is
    'A book, in all its copies';
    comment on column library_build.book.shelf is
    'Letters of the shelf';
    comment on column library_build.book.number is
    'Key of the record';
    comment on column library_build.book.title is
    'Title; not the author''s';
    comment on column library_build.book.isbn is
    'ISBN-10, without hyphens';
    comment on column library_build.book.pages is
    'From l:pages';
    comment on column library_build.book.price is
    'From x:price';
    comment on column library_build.book.binding is
    'From l:binding';
    comment on column library_build.book.languages is
    'From l:language';
    comment on column library_build.book.years is
    'From l:year';
    comment on column library_build.book.bought is
    'From l:bought';
    comment on column library_build.book.lent_at is
    'From l:lent';
    comment on column library_build.book."user" is
    'From l:user';
    comment on column library_build.book.edition is
    'From /l:library/@edition';
    comment on column library_build.book._source is
    'loader.source that the row came from';
    comment on column library_build.book._record is
    'Number of the record in its source, from 1';
    comment on column library_build.book._hash is
    'xxh3-128 of the record, to tell whether it has changed';
    comment on constraint book_pkey on library_build.book is
    'Table of the dataset library, made by the loader.';
end
$$;
comment on procedure library_stage.build_book() is
'Makes the new book durable, with its key and indexes.';

-- sql/dataset/build/build_table.sql, mapping 5ccf2b208805
create or replace procedure library_stage.build_book_chapter()
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
-- Makes library_build.book_chapter durable, with its key and indexes: one rewrite, one transaction.
#variable_conflict use_column
begin
    alter table library_build.book_chapter
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint book_chapter_pkey
            primary key (book_shelf, book_number, ordinal);

    comment on table library_build.book_chapter is
    'Rows of book';
    comment on column library_build.book_chapter.book_shelf is
    'Key of book';
    comment on column library_build.book_chapter.book_number is
    'Key of book';
    comment on column library_build.book_chapter.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column library_build.book_chapter.title is
    'From l:title';
    comment on column library_build.book_chapter.page is
    'From @page';
    comment on constraint book_chapter_pkey on library_build.book_chapter is
    'Table of the dataset library, made by the loader.';
end
$$;
comment on procedure library_stage.build_book_chapter() is
'Makes the new book_chapter durable, with its key and indexes.';

-- sql/dataset/build/build_table.sql, mapping 5ccf2b208805
create or replace procedure library_stage.build_book_chapter_note()
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
-- Makes library_build.book_chapter_note durable, with its key and indexes: one rewrite, one transaction.
#variable_conflict use_column
begin
    alter table library_build.book_chapter_note
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint book_chapter_note_pkey
            primary key (book_shelf, book_number, chapter_ordinal, ordinal);

    comment on table library_build.book_chapter_note is
    'Notes at the end of a chapter';
    comment on column library_build.book_chapter_note.book_shelf is
    'Key of book';
    comment on column library_build.book_chapter_note.book_number is
    'Key of book';
    comment on column library_build.book_chapter_note.chapter_ordinal is
    'Place of the chapter it belongs to, from 1';
    comment on column library_build.book_chapter_note.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column library_build.book_chapter_note.note is
    'The note';
    comment on column library_build.book_chapter_note.checked is
    'From @checked';
    comment on column library_build.book_chapter_note."on" is
    'From @on';
    comment on constraint book_chapter_note_pkey on library_build.book_chapter_note is
    'Table of the dataset library, made by the loader.';
end
$$;
comment on procedure library_stage.build_book_chapter_note() is
'Makes the new book_chapter_note durable, with its key and indexes.';

-- sql/dataset/build/build_table.sql, mapping 5ccf2b208805
create or replace procedure library_stage.build_book_mark()
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
-- Makes library_build.book_mark durable, with its key and indexes: one rewrite, one transaction.
#variable_conflict use_column
begin
    alter table library_build.book_mark
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint book_mark_pkey
            primary key (book_shelf, book_number, ordinal);

    comment on table library_build.book_mark is
    'Rows of book';
    comment on column library_build.book_mark.book_shelf is
    'Key of book';
    comment on column library_build.book_mark.book_number is
    'Key of book';
    comment on column library_build.book_mark.ordinal is
    'Place among its siblings in the record, from 1';
    comment on constraint book_mark_pkey on library_build.book_mark is
    'Table of the dataset library, made by the loader.';
end
$$;
comment on procedure library_stage.build_book_mark() is
'Makes the new book_mark durable, with its key and indexes.';

-- sql/dataset/build/build_table.sql, mapping 5ccf2b208805
create or replace procedure library_stage.build_reader()
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
-- Makes library_build.reader durable, with its key and indexes: one rewrite, one transaction.
#variable_conflict use_column
begin
    alter table library_build.reader
        set logged,
        reset (autovacuum_enabled),
        add constraint reader_pkey
            primary key (id);

    comment on table library_build.reader is
    'Rows of reader';
    comment on column library_build.reader.id is
    'Key of the record';
    comment on column library_build.reader.name is
    'From l:name';
    comment on column library_build.reader._source is
    'loader.source that the row came from';
    comment on column library_build.reader._record is
    'Number of the record in its source, from 1';
    comment on column library_build.reader._hash is
    'xxh3-128 of the record, to tell whether it has changed';
    comment on constraint reader_pkey on library_build.reader is
    'Table of the dataset library, made by the loader.';
end
$$;
comment on procedure library_stage.build_reader() is
'Makes the new reader durable, with its key and indexes.';

-- sql/dataset/build/build_table.sql, mapping 5ccf2b208805
create or replace procedure library_stage.build_visit()
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
-- Makes library_build.visit durable, with its key and indexes: one rewrite, one transaction.
#variable_conflict use_column
begin
    alter table library_build.visit
        set logged,
        reset (autovacuum_enabled),
        add constraint visit_pkey
            primary key (record_id);

    comment on table library_build.visit is
    'Rows of visit';
    comment on column library_build.visit.record_id is
    'The source and the record''s number';
    comment on column library_build.visit.reader_id is
    'From @reader';
    comment on column library_build.visit._source is
    'loader.source that the row came from';
    comment on column library_build.visit._record is
    'Number of the record in its source, from 1';
    comment on column library_build.visit._hash is
    'xxh3-128 of the record, to tell whether it has changed';
    comment on constraint visit_pkey on library_build.visit is
    'Table of the dataset library, made by the loader.';
end
$$;
comment on procedure library_stage.build_visit() is
'Makes the new visit durable, with its key and indexes.';

-- sql/dataset/create/register.sql, mapping 5ccf2b208805
select loader.register_dataset(
    'library',
    '{"dataset": "library", "entities": [{"check": "pages is null or price is null or price < pages * 10", "files": null, "generated_key": false, "name": "book", "policy": "newest", "record": ["{urn:library}library", "{urn:library}book"], "tables": ["book", "book_chapter", "book_chapter_note", "book_mark"], "where": "title <> ''withdrawn''"}, {"check": null, "files": null, "generated_key": false, "name": "reader", "policy": "newest", "record": ["{urn:library}library", "{urn:library}reader"], "tables": ["reader"], "where": null}, {"check": null, "files": null, "generated_key": true, "name": "visit", "policy": "newest", "record": ["{urn:library}library", "{urn:library}visit"], "tables": ["visit"], "where": null}], "foreign_keys": [{"columns": ["edition"], "references_columns": ["id"], "references_table": "reader", "table": "book"}, {"columns": ["reader_id"], "references_columns": ["id"], "references_table": "reader", "table": "visit"}], "tables": [{"check": "pages is null or price is null or price < pages * 10", "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "title", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["{urn:library}title"]}, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "varchar(200)"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "isbn", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["{urn:library}isbn"]}, "pattern": "[0-9]{9}[0-9X]", "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": "20000", "minimum": "1", "name": "pages", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["{urn:library}pages"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "price", "null_if": [], "on_error": "null", "path": {"absolute": false, "attribute": null, "steps": ["{urn:extra}price"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "numeric"}, {"default": null, "enum": ["hard", "soft", "it''s none"], "maximum": null, "minimum": null, "name": "binding", "null_if": ["-"], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["{urn:library}binding"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": ["de", "en", "fr"], "maximum": null, "minimum": null, "name": "languages", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["{urn:library}language"]}, "pattern": null, "repeat": "array", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": "1450", "name": "years", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["{urn:library}year"]}, "pattern": null, "repeat": "array", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": "1970-01-01", "enum": [], "maximum": null, "minimum": null, "name": "bought", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["{urn:library}bought"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "date"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "lent_at", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["{urn:library}lent"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "timestamptz"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "user", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["{urn:library}user"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": true, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "edition", "null_if": [], "on_error": "reject", "path": {"absolute": true, "attribute": "edition", "steps": ["{urn:library}library"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "bigint"}], "entity": "book", "ignore": [{"absolute": false, "attribute": null, "steps": ["{urn:library}cover"]}], "indexes": [{"columns": ["title"], "expression": null, "extension": null, "using": "btree"}, {"columns": ["shelf", "number"], "expression": null, "extension": "btree_gin", "using": "gin"}, {"columns": [], "expression": "lower(title)", "extension": null, "using": "btree"}], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "shelf", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "shelf", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "number", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "number", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}], "name": "book", "ordinals": [], "parent": null, "rows": [], "where": "title <> ''withdrawn''"}, {"check": "page > 0", "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "title", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["{urn:library}title"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "page", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "page", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}], "entity": "book", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "book_shelf", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "book_number", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "book_chapter", "ordinals": ["ordinal"], "parent": "book", "rows": ["{urn:library}chapters", "{urn:library}chapter"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "note", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "checked", "null_if": [], "on_error": "null", "path": {"absolute": false, "attribute": "checked", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "boolean"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "on", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "on", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "timestamp"}], "entity": "book", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "book_shelf", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "book_number", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "book_chapter_note", "ordinals": ["chapter_ordinal", "ordinal"], "parent": "book_chapter", "rows": ["{urn:library}note"], "where": null}, {"check": null, "columns": [], "entity": "book", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "book_shelf", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "book_number", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "book_mark", "ordinals": ["ordinal"], "parent": "book", "rows": ["{urn:library}mark"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "name", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["{urn:library}name"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "reader", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "id", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "id", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "bigint"}], "name": "reader", "ordinals": [], "parent": null, "rows": [], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "reader_id", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "reader", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "bigint"}], "entity": "visit", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "record_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "bigint"}], "name": "visit", "ordinals": [], "parent": null, "rows": [], "where": null}]}'::jsonb,
    '5ccf2b208805783000c2ff5fa0c47181aad8c9a3f1b40dc708d20aad7f6b264f',
    '{"chunk_bytes": 16777216, "damaged": "refuse", "deletes": "ignore", "documents": "one", "foreign_keys": "not_valid", "history": "off", "internal_subset": "refuse", "keep_old": true, "max_delete_pct": 10, "max_rejects": {"count": null, "share": 0.05}, "replace_above_pct": 35, "snapshot": null, "unmapped": "report", "visibility": "load"}'::jsonb,
    '[{"entity": "book", "is_root": true, "key": ["shelf", "number"], "name": "book"}, {"entity": "book", "is_root": false, "key": ["book_shelf", "book_number", "ordinal"], "name": "book_chapter"}, {"entity": "book", "is_root": false, "key": ["book_shelf", "book_number", "chapter_ordinal", "ordinal"], "name": "book_chapter_note"}, {"entity": "book", "is_root": false, "key": ["book_shelf", "book_number", "ordinal"], "name": "book_mark"}, {"entity": "reader", "is_root": true, "key": ["id"], "name": "reader"}, {"entity": "visit", "is_root": true, "key": ["record_id"], "name": "visit"}]'::jsonb,
    '[{"columns": ["book_shelf", "book_number"], "references_columns": ["shelf", "number"], "references_table": "book", "table": "book_chapter"}, {"columns": ["book_shelf", "book_number", "chapter_ordinal"], "references_columns": ["book_shelf", "book_number", "ordinal"], "references_table": "book_chapter", "table": "book_chapter_note"}, {"columns": ["book_shelf", "book_number"], "references_columns": ["shelf", "number"], "references_table": "book", "table": "book_mark"}, {"columns": ["edition"], "references_columns": ["id"], "references_table": "reader", "table": "book"}, {"columns": ["reader_id"], "references_columns": ["id"], "references_table": "reader", "table": "visit"}]'::jsonb,
    '0000000000000000000000000000000000000000000000000000000000000000',
    '{"build": ["_canary", "_canary_pkey", "book", "book_chapter", "book_chapter_note", "book_chapter_note_pkey", "book_chapter_pkey", "book_d322dc21_idx", "book_mark", "book_mark_pkey", "book_pkey", "book_shelf_number_idx", "book_title_idx", "reader", "reader_pkey", "visit", "visit_pkey"], "history": ["book_as_of", "book_change", "book_change_pkey", "book_chapter_as_of", "book_chapter_note_as_of", "book_mark_as_of", "changes", "reader_as_of", "reader_change", "reader_change_pkey", "visit_as_of", "visit_change", "visit_change_pkey"], "stage": ["_key_source", "_key_source_pkey", "alter_target", "apply_book", "apply_reader", "apply_visit", "book", "book_before", "book_before_pkey", "book_chapter", "book_chapter_note", "book_chapter_note_pkey", "book_chapter_note_text", "book_chapter_note_text_pkey", "book_chapter_pkey", "book_chapter_text", "book_chapter_text_pkey", "book_decision", "book_decision_pkey", "book_key", "book_key_log", "book_key_log_pkey", "book_key_pkey", "book_key_text", "book_key_text_pkey", "book_mark", "book_mark_pkey", "book_mark_text", "book_mark_text_pkey", "book_pkey", "book_text", "book_text_pkey", "book_touched", "book_touched_pkey", "build_book", "build_book_chapter", "build_book_chapter_note", "build_book_mark", "build_reader", "build_visit", "carry_book", "carry_reader", "carry_visit", "changed_book", "changed_reader", "changed_visit", "check_keys_book", "check_keys_reader", "check_keys_visit", "correct_book", "correct_reader", "correct_visit", "create_build", "create_history", "create_target", "decide_book", "decide_reader", "decide_visit", "drop_absent_book", "drop_absent_reader", "drop_absent_visit", "kept_book", "kept_reader", "kept_visit", "known_keys_book", "known_keys_reader", "known_keys_visit", "merge_book", "merge_reader", "merge_visit", "missing_book", "missing_reader", "missing_visit", "overlaps_book", "overlaps_reader", "overlaps_visit", "pick_absent_book", "pick_absent_reader", "pick_absent_visit", "pick_undone_book", "pick_undone_reader", "pick_undone_visit", "ranked_book", "ranked_reader", "ranked_visit", "reader", "reader_before", "reader_before_pkey", "reader_decision", "reader_decision_pkey", "reader_key", "reader_key_log", "reader_key_log_pkey", "reader_key_pkey", "reader_key_text", "reader_key_text_pkey", "reader_pkey", "reader_text", "reader_text_pkey", "reader_touched", "reader_touched_pkey", "record_book", "record_reader", "record_visit", "rejected_book", "rejected_reader", "rejected_visit", "repair_book", "repair_reader", "repair_target", "repair_visit", "resolve_book", "resolve_reader", "resolve_visit", "stage_build_book", "stage_build_reader", "stage_build_visit", "stage_merge_book", "stage_merge_reader", "stage_merge_visit", "stale_book", "stale_reader", "stale_visit", "staying_book", "staying_reader", "staying_visit", "store_book", "store_reader", "store_visit", "undecided_book", "undecided_reader", "undecided_visit", "undo_book", "undo_reader", "undo_visit", "unkept_book", "unkept_reader", "unkept_visit", "version_of_book", "version_of_reader", "version_of_visit", "visit", "visit_before", "visit_before_pkey", "visit_decision", "visit_decision_pkey", "visit_key", "visit_key_log", "visit_key_log_pkey", "visit_key_pkey", "visit_key_text", "visit_key_text_pkey", "visit_pkey", "visit_text", "visit_text_pkey", "visit_touched", "visit_touched_pkey"], "target": ["book", "book_chapter", "book_chapter_note", "book_chapter_note_pkey", "book_chapter_pkey", "book_d322dc21_idx", "book_mark", "book_mark_pkey", "book_pkey", "book_shelf_number_idx", "book_title_idx", "reader", "reader_pkey", "visit", "visit_pkey"]}'::jsonb
);
