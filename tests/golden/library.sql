-- sql/procedures/create_stage.sql, mapping 5ccf2b208805
create schema if not exists library_stage;
revoke all on schema library_stage from public;
comment on schema library_stage is
'Staging tables and procedures of library, rendered from its mapping.';
-- Made anew, all but what merges under this mapping have noted as unchanged.
do $$
declare
    v_object record;
begin
    for v_object in
        select format('table %s', c.oid::regclass) as name from pg_class as c
        where
            c.relnamespace = to_regnamespace('library_stage')
            and c.relkind in ('p', 'r')
            and not c.relispartition
            and not (
                c.relkind = 'r'
                and c.relname like '%\_seen'
                and exists (
                    select 1 from loader.dataset as d
                    where
                        d.dataset = 'library'
                        and d.mapping_hash = '5ccf2b208805783000c2ff5fa0c47181aad8c9a3f1b40dc708d20aad7f6b264f'
                )
            )
        union all
        select format('routine %s', p.oid::regprocedure) from pg_proc as p
        where p.pronamespace = to_regnamespace('library_stage')
    loop
        execute format('drop %s', v_object.name);
    end loop;
end
$$;
create extension if not exists btree_gin;

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

create table if not exists library_stage.book_seen (
    chunk_id bigint primary key,
    shelf text[] not null,
    number integer[] not null,
    record bigint[] not null,
    outcome text not null
);
comment on table library_stage.book_seen is
'Keys that the chunks of merges have read, and what became of each:
i inserted, u updated, n unchanged, d duplicate. Kept while it holds a key that was found unchanged.';
comment on column library_stage.book_seen.chunk_id is
'Chunk that read them.';
comment on column library_stage.book_seen.shelf is
'Keys, by record number.';
comment on column library_stage.book_seen.number is
'Keys, by record number.';
comment on column library_stage.book_seen.record is
'Numbers of the records in their source, ascending.';
comment on column library_stage.book_seen.outcome is
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

create table if not exists library_stage.reader_seen (
    chunk_id bigint primary key,
    id bigint[] not null,
    record bigint[] not null,
    outcome text not null
);
comment on table library_stage.reader_seen is
'Keys that the chunks of merges have read, and what became of each:
i inserted, u updated, n unchanged, d duplicate. Kept while it holds a key that was found unchanged.';
comment on column library_stage.reader_seen.chunk_id is
'Chunk that read them.';
comment on column library_stage.reader_seen.id is
'Keys, by record number.';
comment on column library_stage.reader_seen.record is
'Numbers of the records in their source, ascending.';
comment on column library_stage.reader_seen.outcome is
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

create table if not exists library_stage.visit_seen (
    chunk_id bigint primary key,
    record_id bigint[] not null,
    record bigint[] not null,
    outcome text not null
);
comment on table library_stage.visit_seen is
'Keys that the chunks of merges have read, and what became of each:
i inserted, u updated, n unchanged, d duplicate. Kept while it holds a key that was found unchanged.';
comment on column library_stage.visit_seen.chunk_id is
'Chunk that read them.';
comment on column library_stage.visit_seen.record_id is
'Keys, by record number.';
comment on column library_stage.visit_seen.record is
'Numbers of the records in their source, ascending.';
comment on column library_stage.visit_seen.outcome is
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

select loader.comment_staging('library_stage');

-- sql/procedures/create_target.sql, mapping 5ccf2b208805
create or replace procedure library_stage.create_target()
language plpgsql
set search_path = pg_catalog, public, pg_temp
set client_min_messages = warning
as $$
-- Makes the tables of library that are not there yet, with keys, indexes and comments.
begin
    create schema if not exists library;
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
    end if;
    comment on schema library is
    'Books and their readers';
end
$$;
comment on procedure library_stage.create_target() is
'Makes the tables of library that are not there yet.';

-- sql/procedures/create_build.sql, mapping 5ccf2b208805
create or replace procedure library_stage.create_build(p_epoch bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
-- Makes the build schema anew: unlogged tables without keys, and the canary that tells whether a server crash has
-- emptied them. What else somebody has put into the schema makes this fail: nothing is dropped with cascade.
begin
    perform loader.drop_relations(array(
        select c.oid from pg_class as c
        where c.relnamespace = to_regnamespace('library_build') and c.relkind in ('r', 'm')
    ));
    create schema if not exists library_build;
    comment on schema library_build is 'The next version of library while a replace runs.';
    create unlogged table library_build._canary as select p_epoch as epoch;
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
    );
    alter table library_build.book set (autovacuum_enabled = false);
    create unlogged table library_build.book_chapter (
        book_shelf text not null,
        book_number integer not null,
        ordinal integer not null,
        title text,
        page integer,
        _rec bigint not null
    );
    alter table library_build.book_chapter set (autovacuum_enabled = false);
    create unlogged table library_build.book_chapter_note (
        book_shelf text not null,
        book_number integer not null,
        chapter_ordinal integer not null,
        ordinal integer not null,
        note text,
        checked boolean,
        "on" timestamp,
        _rec bigint not null
    );
    alter table library_build.book_chapter_note set (autovacuum_enabled = false);
    create unlogged table library_build.book_mark (
        book_shelf text not null,
        book_number integer not null,
        ordinal integer not null,
        _rec bigint not null
    );
    alter table library_build.book_mark set (autovacuum_enabled = false);
    create unlogged table library_build.reader (
        id bigint not null,
        name text,
        _source integer not null,
        _record bigint not null,
        _hash uuid not null
    );
    alter table library_build.reader set (autovacuum_enabled = false);
    create unlogged table library_build.visit (
        record_id bigint not null,
        reader_id bigint,
        _source integer not null,
        _record bigint not null,
        _hash uuid not null
    );
    alter table library_build.visit set (autovacuum_enabled = false);
end
$$;
comment on procedure library_stage.create_build(bigint) is
'Makes the build schema of library anew.';

-- sql/procedures/stage_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.stage_build_book(
    p_chunk bigint,
    p_source bigint,
    p_slot integer,
    inout p_filtered bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Judges the book records staged as text in a slot: what does not fit becomes a reject, the rest is cast
-- into library_build. Called by loader.stage_chunk, which holds the chunk's fence.
declare
    v_rejected bigint[] := '{}';
    v_filtered bigint[] := '{}';
begin
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
    inner join loader.chunk as c on c.chunk_id = p_chunk
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
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
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
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'page', s.page, 'type',
            format('page: %L is not of type integer', left(s.page, 100)),
            not loader.is_integer(s.page)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
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
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'on', s."on", 'type',
            format('on: %L is not of type timestamp', left(s."on", 100)),
            not loader.is_timestamp(s."on")
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    select coalesce(array_agg(distinct r.source_id << 40 | r.record), '{}')
    into v_rejected
    from loader.reject as r
    where r.chunk_id = p_chunk;
    -- offset 0 keeps the condition behind the casts, and these away from rows that were rejected.
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
                s._slot = p_slot
                and ((s._source::bigint << 40) | s._record) <> all(v_rejected)
            offset 0
        ) as r
        where (pages is null or price is null or price < pages * 10) is false
    ) as v
    inner join loader.chunk as c on c.chunk_id = p_chunk;
    -- offset 0 keeps the condition behind the casts, and these away from rows that were rejected.
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
                s._slot = p_slot
                and s._rec <> all(v_rejected)
            offset 0
        ) as r
        where (page > 0) is false
    ) as v
    inner join loader.chunk as c on c.chunk_id = p_chunk;
    select coalesce(array_agg(distinct r.source_id << 40 | r.record), '{}')
    into v_rejected
    from loader.reject as r
    where r.chunk_id = p_chunk;

    -- offset 0 keeps the condition behind the casts, and these away from rows that were rejected.
    select coalesce(array_agg(r._rec_id), '{}')
    into v_filtered
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
            ((s._source::bigint << 40) | s._record) as _rec_id
        from library_stage.book_text as s
        where
            s._slot = p_slot
            and ((s._source::bigint << 40) | s._record) <> all(v_rejected)
        offset 0
    ) as r
    where (title <> 'withdrawn') is not true;
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
        s._slot = p_slot
        and ((s._source::bigint << 40) | s._record) <> all(v_rejected)
        and ((s._source::bigint << 40) | s._record) <> all(v_filtered);
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
        s._slot = p_slot
        and s._rec <> all(v_rejected)
        and s._rec <> all(v_filtered);
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
        s._slot = p_slot
        and s._rec <> all(v_rejected)
        and s._rec <> all(v_filtered);
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
        s._slot = p_slot
        and s._rec <> all(v_rejected)
        and s._rec <> all(v_filtered);
    p_filtered := cardinality(v_filtered);
end
$$;
comment on procedure library_stage.stage_build_book(bigint, bigint, integer, bigint) is
'Judges the book records staged as text in a slot and casts the good ones.';

-- sql/procedures/stage_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.stage_merge_book(
    p_chunk bigint,
    p_source bigint,
    p_slot integer,
    inout p_filtered bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Judges the book records staged as text in a slot: what does not fit becomes a reject, the rest is cast
-- into library_stage. Called by loader.stage_chunk, which holds the chunk's fence.
declare
    v_rejected bigint[] := '{}';
    v_filtered bigint[] := '{}';
begin
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
    inner join loader.chunk as c on c.chunk_id = p_chunk
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
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
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
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'page', s.page, 'type',
            format('page: %L is not of type integer', left(s.page, 100)),
            not loader.is_integer(s.page)
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
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
    inner join loader.chunk as c on c.chunk_id = p_chunk
    cross join lateral (
        values
        (
            'on', s."on", 'type',
            format('on: %L is not of type timestamp', left(s."on", 100)),
            not loader.is_timestamp(s."on")
        )
    ) as f (column_name, value, reason, message, broken)
    where s._slot = p_slot and f.broken;
    select coalesce(array_agg(distinct r.source_id << 40 | r.record), '{}')
    into v_rejected
    from loader.reject as r
    where r.chunk_id = p_chunk;
    -- offset 0 keeps the condition behind the casts, and these away from rows that were rejected.
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
                s._slot = p_slot
                and ((s._source::bigint << 40) | s._record) <> all(v_rejected)
            offset 0
        ) as r
        where (pages is null or price is null or price < pages * 10) is false
    ) as v
    inner join loader.chunk as c on c.chunk_id = p_chunk;
    -- offset 0 keeps the condition behind the casts, and these away from rows that were rejected.
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
                s._slot = p_slot
                and s._rec <> all(v_rejected)
            offset 0
        ) as r
        where (page > 0) is false
    ) as v
    inner join loader.chunk as c on c.chunk_id = p_chunk;
    select coalesce(array_agg(distinct r.source_id << 40 | r.record), '{}')
    into v_rejected
    from loader.reject as r
    where r.chunk_id = p_chunk;

    -- offset 0 keeps the condition behind the casts, and these away from rows that were rejected.
    select coalesce(array_agg(r._rec_id), '{}')
    into v_filtered
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
            ((s._source::bigint << 40) | s._record) as _rec_id
        from library_stage.book_text as s
        where
            s._slot = p_slot
            and ((s._source::bigint << 40) | s._record) <> all(v_rejected)
        offset 0
    ) as r
    where (title <> 'withdrawn') is not true;
    insert into library_stage.book (
        _slot, shelf, number, title, isbn, pages, price, binding, languages, years, bought, lent_at, "user", edition,
        _source, _record, _hash
    )
    select
        p_slot,
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
        s._slot = p_slot
        and ((s._source::bigint << 40) | s._record) <> all(v_rejected)
        and ((s._source::bigint << 40) | s._record) <> all(v_filtered);
    insert into library_stage.book_chapter (
        _slot, book_shelf, book_number, ordinal, title, page, _rec
    )
    select
        p_slot,
        s.book_shelf,
        nullif(btrim(s.book_number, E' \t\n\r'), '')::integer as book_number,
        s.ordinal,
        s.title,
        nullif(btrim(s.page, E' \t\n\r'), '')::integer as page,
        s._rec
    from library_stage.book_chapter_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected)
        and s._rec <> all(v_filtered);
    insert into library_stage.book_chapter_note (
        _slot, book_shelf, book_number, chapter_ordinal, ordinal, note, checked, "on", _rec
    )
    select
        p_slot,
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
        s._slot = p_slot
        and s._rec <> all(v_rejected)
        and s._rec <> all(v_filtered);
    insert into library_stage.book_mark (
        _slot, book_shelf, book_number, ordinal, _rec
    )
    select
        p_slot,
        s.book_shelf,
        nullif(btrim(s.book_number, E' \t\n\r'), '')::integer as book_number,
        s.ordinal,
        s._rec
    from library_stage.book_mark_text as s
    where
        s._slot = p_slot
        and s._rec <> all(v_rejected)
        and s._rec <> all(v_filtered);
    p_filtered := cardinality(v_filtered);
end
$$;
comment on procedure library_stage.stage_merge_book(bigint, bigint, integer, bigint) is
'Judges the book records staged as text in a slot and casts the good ones.';

-- sql/procedures/compare_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.changed_book(
    p_first bigint,
    p_hash uuid[],
    p_1 text[],
    p_2 integer[]
)
returns bigint[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Places, from 1, of the records that are not the same as the row of library.book that has their key and was
-- there before the load whose first source is p_first. Row by row through the key's index: dumps come in key order.
declare
    v_places bigint[];
begin
    select coalesce(array_agg(u.place), '{}')
    into v_places
    from unnest(p_hash, p_1, p_2)
        with ordinality as u (_hash, shelf, number, place)
    where (
        select t._hash = u._hash and t._source < p_first
        from library.book as t
        where t.shelf = u.shelf and t.number = u.number
    ) is not true;
    return v_places;
end
$$;
comment on function library_stage.changed_book(
    bigint, uuid[], text[], integer[]
) is
'Places of the records that are not the same as the book that has their key.';

-- sql/procedures/merge_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.merge_book(
    p_load bigint,
    p_chunk bigint,
    p_first bigint,
    p_slot integer,
    p_same text[],
    inout p_inserted bigint,
    inout p_updated bigint,
    inout p_unchanged bigint,
    inout p_duplicate bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Merges the book records staged in a slot into library: roots that are new or newer, then their
-- children by difference. p_first: the first source of this load. p_same: records of the chunk that are not staged,
-- since they equal the rows that have their keys: arrays of record numbers, keys by column; null: none.
-- Called by loader.merge_chunk, which holds the chunk's fence. Raises LD016.
-- Custom plans lock the parent and one partition; generic ones would lock the partitions of all workers.
declare
    v_newer bigint[];
    v_same_record bigint[] := p_same[1]::bigint[];
    v_same_1 text[] := p_same[2]::text[];
    v_same_2 integer[] := p_same[3]::integer[];
    v_still bigint;
    v_winners bigint[];
    v_writing bigint[];
    v_inserted bigint[];
    v_updated bigint[];
    v_records bigint[];
    v_fresh boolean[];
    v_all_new boolean;
    v_inserted_1 text[];
    v_updated_1 text[];
    v_inserted_2 integer[];
    v_updated_2 integer[];
begin
    -- The last version of each key in the chunk wins, staged or not: all are of one source, so the record number
    -- decides.
    select array_agg(w._record order by w._record)
    into v_winners
    from (
        select distinct on (v.shelf, v.number)
            v._record,
            v.is_staged
        from (
            select s.shelf, s.number, s._record, true as is_staged
            from library_stage.book as s
            where s._slot = p_slot
            union all
            select u.shelf, u.number, u._record, false
            from unnest(v_same_record, v_same_1, v_same_2)
                as u (_record, shelf, number)
        ) as v
        order by v.shelf, v.number, v._record desc
    ) as w
    where w.is_staged;
    if v_winners is null and v_same_record is null then
        p_inserted := 0;
        p_updated := 0;
        p_unchanged := 0;
        p_duplicate := 0;
        return;
    end if;
    if v_same_record is not null then
        -- What was found to be as it is here, and hence was not read, must still be so: who writes a row gives it a
        -- new _source. A key that comes twice among them counts as a change, too: the chunk is then merged in full.
        select count(*)
        into v_still
        from library.book as t
        where
            (t.shelf, t.number) in (
                select * from unnest(v_same_1, v_same_2)
            )
            and t._source < p_first;
        if v_still <> cardinality(v_same_record) then
            raise exception 'a book of chunk % is no longer as it was when it was compared', p_chunk
                using errcode = 'LD016', hint = 'the chunk is merged again, with all of its records';
        end if;
    end if;
    if
        v_winners is null
        and not exists (
            select 1 from library_stage.book as s
            where s._slot = p_slot
        )
        and not exists (
            select 1 from library_stage.book_seen as n
            where n.chunk_id = p_chunk
        )
    then
        -- Nothing was read: the keys are noted as they came.
        insert into library_stage.book_seen (
            chunk_id, shelf, number, record, outcome
        )
        values (
            p_chunk, v_same_1, v_same_2, v_same_record, repeat('n', cardinality(v_same_record))
        );
        p_inserted := 0;
        p_updated := 0;
        p_unchanged := cardinality(v_same_record);
        p_duplicate := 0;
        return;
    end if;
    v_writing := v_winners;
    v_newer := loader.newer_chunks(p_chunk);
    if v_newer <> '{}' then
        -- A newer source of another load has found some of these keys unchanged. That was a decision, though it wrote
        -- nothing: they stay as they are. What equals its row counts as unchanged all the same: of a key that came more
        -- than once, the chunks of the newer source decide whether it was noted or written.
        with confirmed as (
            select u.shelf, u.number
            from library_stage.book_seen as s
            cross join lateral unnest(s.shelf, s.number, string_to_array(s.outcome, null))
                as u (shelf, number, outcome)
            where s.chunk_id = any(v_newer) and u.outcome = 'n'
        )
        select coalesce(array_agg(s._record order by s._record), '{}')
        into v_writing
        from library_stage.book as s
        where
            s._slot = p_slot
            and s._record = any(v_winners)
            and not exists (
                select 1 from confirmed as f
                where f.shelf = s.shelf and f.number = s.number
            );
    end if;
    if v_writing <> '{}' then
        -- What the rows looked like before this load, should they be written: its counts are against that state.
        insert into library_stage.book_before (load_id, shelf, number, hash)
        select
            p_load,
            t.shelf, t.number,
            t._hash
        from library_stage.book as s
        inner join library.book as t on t.shelf = s.shelf and t.number = s.number
        where s._slot = p_slot and t._hash <> s._hash and t._source < p_first
        on conflict do nothing;
        -- In key order, so that loaders which meet at the same keys do not deadlock.
        with written as (
            insert into library.book as t (
                shelf, number, title, isbn, pages, price, binding, languages, years, bought, lent_at, "user",
                edition, _source, _record, _hash
            )
            select
                s.shelf, s.number, s.title, s.isbn, s.pages, s.price, s.binding, s.languages, s.years, s.bought,
                s.lent_at, s."user", s.edition, s._source, s._record, s._hash
            from library_stage.book as s
            where s._slot = p_slot and s._record in (select unnest(v_writing))
            order by s.shelf, s.number
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
                (t._hash <> excluded._hash or t._source >= p_first)
                and loader.is_newer(excluded._source, excluded._record, t._source, t._record)
            returning t.shelf, t.number, t._source, t._record, (t.xmax = 0) as fresh
        )
        select
            array_agg(w.shelf) filter (where w.fresh),
            array_agg(w.shelf) filter (where not w.fresh),
            array_agg(w.number) filter (where w.fresh),
            array_agg(w.number) filter (where not w.fresh),
            coalesce(array_agg(((w._source::bigint << 40) | w._record)) filter (where w.fresh), '{}'),
            coalesce(array_agg(((w._source::bigint << 40) | w._record)) filter (where not w.fresh), '{}'),
            coalesce(array_agg(w._record), '{}'),
            coalesce(array_agg(w.fresh), '{}')
        into v_inserted_1, v_updated_1, v_inserted_2, v_updated_2, v_inserted, v_updated, v_records, v_fresh
        from written as w;
    end if;
    if v_inserted <> '{}' then
        v_all_new := (
            select count(*) = cardinality(v_inserted)
            from library_stage.book as s
            where s._slot = p_slot
        );
        begin
            insert into library.book_chapter (
                book_shelf, book_number, ordinal, title, page
            )
            select
                s.book_shelf, s.book_number, s.ordinal, s.title, s.page
            from library_stage.book_chapter as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into library.book_chapter_note (
                book_shelf, book_number, chapter_ordinal, ordinal, note, checked, "on"
            )
            select
                s.book_shelf, s.book_number, s.chapter_ordinal, s.ordinal, s.note, s.checked, s."on"
            from library_stage.book_chapter_note as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
            insert into library.book_mark (
                book_shelf, book_number, ordinal
            )
            select
                s.book_shelf, s.book_number, s.ordinal
            from library_stage.book_mark as s
            where s._slot = p_slot and (v_all_new or s._rec = any(v_inserted));
        exception
            when unique_violation then
                -- Somebody has deleted roots without their children: these are replaced as those of the updated are.
                v_updated := v_inserted || v_updated;
                v_updated_1 := v_inserted_1 || v_updated_1;
                v_updated_2 := v_inserted_2 || v_updated_2;
        end;
    end if;
    if v_updated <> '{}' then
        delete from library.book_chapter as t
        where
            (t.book_shelf, t.book_number) in (
                select * from unnest(v_updated_1, v_updated_2)
            )
            and not exists (
                select 1 from library_stage.book_chapter as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.book_shelf = t.book_shelf
                    and s.book_number = t.book_number
                    and s.ordinal = t.ordinal
            );
        insert into library.book_chapter as t (
            book_shelf, book_number, ordinal, title, page
        )
        select
            s.book_shelf, s.book_number, s.ordinal, s.title, s.page
        from library_stage.book_chapter as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.book_shelf, s.book_number, s.ordinal
        on conflict (book_shelf, book_number, ordinal) do update set
            title = excluded.title,
            page = excluded.page
        where
            (t.title, t.page)
            is distinct from
            (excluded.title, excluded.page);
        delete from library.book_chapter_note as t
        where
            (t.book_shelf, t.book_number) in (
                select * from unnest(v_updated_1, v_updated_2)
            )
            and not exists (
                select 1 from library_stage.book_chapter_note as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.book_shelf = t.book_shelf
                    and s.book_number = t.book_number
                    and s.chapter_ordinal = t.chapter_ordinal
                    and s.ordinal = t.ordinal
            );
        insert into library.book_chapter_note as t (
            book_shelf, book_number, chapter_ordinal, ordinal, note, checked, "on"
        )
        select
            s.book_shelf, s.book_number, s.chapter_ordinal, s.ordinal, s.note, s.checked, s."on"
        from library_stage.book_chapter_note as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.book_shelf, s.book_number, s.chapter_ordinal, s.ordinal
        on conflict (book_shelf, book_number, chapter_ordinal, ordinal) do update set
            note = excluded.note,
            checked = excluded.checked,
            "on" = excluded."on"
        where
            (t.note, t.checked, t."on")
            is distinct from
            (excluded.note, excluded.checked, excluded."on");
        delete from library.book_mark as t
        where
            (t.book_shelf, t.book_number) in (
                select * from unnest(v_updated_1, v_updated_2)
            )
            and not exists (
                select 1 from library_stage.book_mark as s
                where
                    s._slot = p_slot
                    and s._rec = any(v_updated)
                    and s.book_shelf = t.book_shelf
                    and s.book_number = t.book_number
                    and s.ordinal = t.ordinal
            );
        insert into library.book_mark as t (
            book_shelf, book_number, ordinal
        )
        select
            s.book_shelf, s.book_number, s.ordinal
        from library_stage.book_mark as s
        where s._slot = p_slot and s._rec = any(v_updated)
        order by s.book_shelf, s.book_number, s.ordinal
        on conflict (book_shelf, book_number, ordinal) do nothing;
    end if;
    -- One row a chunk: the keys it read and what became of each (i inserted, u updated, n unchanged, d duplicate). A
    -- chunk that is merged a second time keeps what it counted then, but for what it writes now.
    with earlier as (
        select
            u.record,
            u.outcome
        from library_stage.book_seen as n
        cross join lateral unnest(n.record, string_to_array(n.outcome, null)) as u (record, outcome)
        where n.chunk_id = p_chunk
    ), judged as (
        select
            s.shelf, s.number,
            s._record,
            case
                when o.outcome is not null and w.fresh is null then o.outcome
                when w.fresh then 'i'
                when not w.fresh then 'u'
                when not (s._record = any(v_winners)) then 'd'
                when t._hash = s._hash and t._source < p_first then 'n'
                else 'd'
            end as outcome
        from library_stage.book as s
        left join unnest(v_records, v_fresh) as w (_record, fresh) on w._record = s._record
        left join earlier as o on o.record = s._record
        left join library.book as t on t.shelf = s.shelf and t.number = s.number
        where s._slot = p_slot
        union all
        select
            u.shelf, u.number,
            u._record,
            coalesce(o.outcome, 'n') as outcome
        from unnest(v_same_record, v_same_1, v_same_2)
            as u (_record, shelf, number)
        left join earlier as o on o.record = u._record
    ), kept as (
        insert into library_stage.book_seen (
            chunk_id, shelf, number, record, outcome
        )
        select
            p_chunk,
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
    into p_inserted, p_updated, p_unchanged, p_duplicate
    from judged as j;
end
$$;
comment on procedure library_stage.merge_book(
    bigint, bigint, bigint, integer, text[], bigint, bigint, bigint, bigint
) is
'Merges the book records of a chunk, those staged in a slot and those that stay; counts them.';

-- sql/procedures/rank_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.ranked_book(p_load bigint)
returns table (
    chunk_id bigint,
    source_id bigint,
    shelf text,
    number integer,
    record bigint,
    outcome text,
    place_of_version bigint,
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
        inner join library_stage.book_seen as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.shelf, s.number) as u (shelf, number)
        where c.load_id = p_load
        group by u.shelf, u.number
        having count(*) > 1
    ), ranked as (
        select
            c.chunk_id,
            c.source_id,
            u.*,
            row_number() over (
                partition by u.shelf, u.number
                order by
                    o.priority desc,
                    coalesce(o.snapshot, '-infinity') desc,
                    o.name collate "C" desc,
                    coalesce(o.sha256, '') desc,
                    u.record desc
            ) as place_of_version,
            bool_or(u.outcome = 'i') over (partition by u.shelf, u.number) as was_absent
        from loader.chunk as c
        inner join loader.source as o on o.source_id = c.source_id
        inner join library_stage.book_seen as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.shelf, s.number, s.record, string_to_array(s.outcome, null))
            as u (shelf, number, record, outcome)
        inner join twice as w on w.shelf = u.shelf and w.number = u.number
        where c.load_id = p_load
    )
    select
        r.chunk_id,
        r.source_id,
        r.shelf, r.number,
        r.record,
        r.outcome,
        r.place_of_version,
        r.was_absent
    from ranked as r;
$$;
comment on function library_stage.ranked_book(bigint) is
'Versions of book keys that came more than once in a load, ranked by conflict order.';
create or replace function library_stage.overtaken_book(p_load bigint, p_first bigint)
returns bigint []
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_chunks bigint [];
begin
    -- Chunks that read the winner of a key and found it unchanged, hence did not write it, before or while an older
    -- version of the same load was written over the row that the winner equals.
    select coalesce(array_agg(distinct r.chunk_id), '{}')
    into v_chunks
    from library_stage.ranked_book(p_load) as r
    inner join library.book as t on t.shelf = r.shelf and t.number = r.number
    where
        r.place_of_version = 1
        and t._source >= p_first
        and (t._source, t._record) <> (r.source_id, r.record);
    return v_chunks;
end
$$;
comment on function library_stage.overtaken_book(bigint, bigint) is
'Chunks to be merged again, since an older version was written over what their winner of a book key equals.';

-- sql/procedures/settle_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.settle_book(p_load bigint, p_first bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Corrects the counts of book keys that came more than once in a load, then forgets what was noted for that:
-- all but the keys that were found unchanged, which no older source that comes later may change.
-- Called by loader.settle_merge when every chunk is done.
begin
    -- Keys that came more than once in the load: the winner by conflict order keeps the outcome against the state
    -- before the load, all others are duplicates, whatever the order in which the chunks were committed.
    with settled as (
        select
            r.chunk_id,
            r.outcome as before,
            case
                when r.place_of_version > 1 then 'd'
                when r.was_absent then 'i'
                when t._source < p_first then r.outcome
                when t._hash = b.hash then 'n'
                else 'u'
            end as after
        from library_stage.ranked_book(p_load) as r
        left join library.book as t on t.shelf = r.shelf and t.number = r.number
        left join library_stage.book_before as b
            on b.load_id = p_load and b.shelf = r.shelf and b.number = r.number
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
    delete from library_stage.book_seen as s
    where
        s.chunk_id in (select c.chunk_id from loader.chunk as c where c.load_id = p_load)
        and position('n' in s.outcome) = 0;
    delete from library_stage.book_before as b where b.load_id = p_load;
end
$$;
comment on procedure library_stage.settle_book(bigint, bigint) is
'Corrects the counts of book keys that came more than once in a load.';

-- sql/procedures/resolve_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.resolve_book(p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Removes from the build every version of a book but the winner, with its children.
-- Called by loader.resolve_build when every chunk is done.
declare
    v_sources bigint[];
    v_records bigint[];
    v_losers bigint[];
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
                order by
                    o.priority desc,
                    coalesce(o.snapshot, '-infinity') desc,
                    o.name collate "C" desc,
                    coalesce(o.sha256, '') desc,
                    r._record desc
            ) as place_of_version
        from library_build.book as r
        inner join twice as w on w.shelf = r.shelf and w.number = r.number
        inner join loader.source as o on o.source_id = r._source
    )
    select
        array_agg(r._source::bigint),
        array_agg(r._record),
        array_agg(((r._source::bigint << 40) | r._record))
    into v_sources, v_records, v_losers
    from ranked as r
    where r.place_of_version > 1;
    if v_losers is null then
        return;
    end if;
    delete from library_build.book as t
    where ((t._source::bigint << 40) | t._record) in (select unnest(v_losers));
    delete from library_build.book_chapter as t
    where t._rec in (select unnest(v_losers));
    delete from library_build.book_chapter_note as t
    where t._rec in (select unnest(v_losers));
    delete from library_build.book_mark as t
    where t._rec in (select unnest(v_losers));
    perform loader.count_losers(v_sources, v_records);
end
$$;
comment on procedure library_stage.resolve_book(bigint) is
'Removes from the build every version of a book but the winner.';

-- sql/procedures/stage_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.stage_build_reader(
    p_chunk bigint,
    p_source bigint,
    p_slot integer,
    inout p_filtered bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Judges the reader records staged as text in a slot: what does not fit becomes a reject, the rest is cast
-- into library_build. Called by loader.stage_chunk, which holds the chunk's fence.
declare
    v_rejected bigint[] := '{}';
begin
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
    inner join loader.chunk as c on c.chunk_id = p_chunk
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
    where s._slot = p_slot and f.broken;
    select coalesce(array_agg(distinct r.source_id << 40 | r.record), '{}')
    into v_rejected
    from loader.reject as r
    where r.chunk_id = p_chunk;
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
        s._slot = p_slot
        and ((s._source::bigint << 40) | s._record) <> all(v_rejected);
    p_filtered := 0;
end
$$;
comment on procedure library_stage.stage_build_reader(bigint, bigint, integer, bigint) is
'Judges the reader records staged as text in a slot and casts the good ones.';

-- sql/procedures/stage_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.stage_merge_reader(
    p_chunk bigint,
    p_source bigint,
    p_slot integer,
    inout p_filtered bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Judges the reader records staged as text in a slot: what does not fit becomes a reject, the rest is cast
-- into library_stage. Called by loader.stage_chunk, which holds the chunk's fence.
declare
    v_rejected bigint[] := '{}';
begin
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
    inner join loader.chunk as c on c.chunk_id = p_chunk
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
    where s._slot = p_slot and f.broken;
    select coalesce(array_agg(distinct r.source_id << 40 | r.record), '{}')
    into v_rejected
    from loader.reject as r
    where r.chunk_id = p_chunk;
    insert into library_stage.reader (
        _slot, id, name, _source, _record, _hash
    )
    select
        p_slot,
        nullif(btrim(s.id, E' \t\n\r'), '')::bigint as id,
        s.name,
        s._source,
        s._record,
        s._hash
    from library_stage.reader_text as s
    where
        s._slot = p_slot
        and ((s._source::bigint << 40) | s._record) <> all(v_rejected);
    p_filtered := 0;
end
$$;
comment on procedure library_stage.stage_merge_reader(bigint, bigint, integer, bigint) is
'Judges the reader records staged as text in a slot and casts the good ones.';

-- sql/procedures/compare_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.changed_reader(
    p_first bigint,
    p_hash uuid[],
    p_1 bigint[]
)
returns bigint[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Places, from 1, of the records that are not the same as the row of library.reader that has their key and was
-- there before the load whose first source is p_first. Row by row through the key's index: dumps come in key order.
declare
    v_places bigint[];
begin
    select coalesce(array_agg(u.place), '{}')
    into v_places
    from unnest(p_hash, p_1)
        with ordinality as u (_hash, id, place)
    where (
        select t._hash = u._hash and t._source < p_first
        from library.reader as t
        where t.id = u.id
    ) is not true;
    return v_places;
end
$$;
comment on function library_stage.changed_reader(
    bigint, uuid[], bigint[]
) is
'Places of the records that are not the same as the reader that has their key.';

-- sql/procedures/merge_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.merge_reader(
    p_load bigint,
    p_chunk bigint,
    p_first bigint,
    p_slot integer,
    p_same text[],
    inout p_inserted bigint,
    inout p_updated bigint,
    inout p_unchanged bigint,
    inout p_duplicate bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Merges the reader records staged in a slot into library: roots that are new or newer, then their
-- children by difference. p_first: the first source of this load. p_same: records of the chunk that are not staged,
-- since they equal the rows that have their keys: arrays of record numbers, keys by column; null: none.
-- Called by loader.merge_chunk, which holds the chunk's fence. Raises LD016.
-- Custom plans lock the parent and one partition; generic ones would lock the partitions of all workers.
declare
    v_newer bigint[];
    v_same_record bigint[] := p_same[1]::bigint[];
    v_same_1 bigint[] := p_same[2]::bigint[];
    v_still bigint;
    v_winners bigint[];
    v_writing bigint[];
    v_inserted bigint[];
    v_updated bigint[];
    v_records bigint[];
    v_fresh boolean[];
    v_all_new boolean;
    v_inserted_1 bigint[];
    v_updated_1 bigint[];
begin
    -- The last version of each key in the chunk wins, staged or not: all are of one source, so the record number
    -- decides.
    select array_agg(w._record order by w._record)
    into v_winners
    from (
        select distinct on (v.id)
            v._record,
            v.is_staged
        from (
            select s.id, s._record, true as is_staged
            from library_stage.reader as s
            where s._slot = p_slot
            union all
            select u.id, u._record, false
            from unnest(v_same_record, v_same_1)
                as u (_record, id)
        ) as v
        order by v.id, v._record desc
    ) as w
    where w.is_staged;
    if v_winners is null and v_same_record is null then
        p_inserted := 0;
        p_updated := 0;
        p_unchanged := 0;
        p_duplicate := 0;
        return;
    end if;
    if v_same_record is not null then
        -- What was found to be as it is here, and hence was not read, must still be so: who writes a row gives it a
        -- new _source. A key that comes twice among them counts as a change, too: the chunk is then merged in full.
        select count(*)
        into v_still
        from library.reader as t
        where
            t.id = any(v_same_1)
            and t._source < p_first;
        if v_still <> cardinality(v_same_record) then
            raise exception 'a reader of chunk % is no longer as it was when it was compared', p_chunk
                using errcode = 'LD016', hint = 'the chunk is merged again, with all of its records';
        end if;
    end if;
    if
        v_winners is null
        and not exists (
            select 1 from library_stage.reader as s
            where s._slot = p_slot
        )
        and not exists (
            select 1 from library_stage.reader_seen as n
            where n.chunk_id = p_chunk
        )
    then
        -- Nothing was read: the keys are noted as they came.
        insert into library_stage.reader_seen (
            chunk_id, id, record, outcome
        )
        values (
            p_chunk, v_same_1, v_same_record, repeat('n', cardinality(v_same_record))
        );
        p_inserted := 0;
        p_updated := 0;
        p_unchanged := cardinality(v_same_record);
        p_duplicate := 0;
        return;
    end if;
    v_writing := v_winners;
    v_newer := loader.newer_chunks(p_chunk);
    if v_newer <> '{}' then
        -- A newer source of another load has found some of these keys unchanged. That was a decision, though it wrote
        -- nothing: they stay as they are. What equals its row counts as unchanged all the same: of a key that came more
        -- than once, the chunks of the newer source decide whether it was noted or written.
        with confirmed as (
            select u.id
            from library_stage.reader_seen as s
            cross join lateral unnest(s.id, string_to_array(s.outcome, null))
                as u (id, outcome)
            where s.chunk_id = any(v_newer) and u.outcome = 'n'
        )
        select coalesce(array_agg(s._record order by s._record), '{}')
        into v_writing
        from library_stage.reader as s
        where
            s._slot = p_slot
            and s._record = any(v_winners)
            and not exists (
                select 1 from confirmed as f
                where f.id = s.id
            );
    end if;
    if v_writing <> '{}' then
        -- What the rows looked like before this load, should they be written: its counts are against that state.
        insert into library_stage.reader_before (load_id, id, hash)
        select
            p_load,
            t.id,
            t._hash
        from library_stage.reader as s
        inner join library.reader as t on t.id = s.id
        where s._slot = p_slot and t._hash <> s._hash and t._source < p_first
        on conflict do nothing;
        -- In key order, so that loaders which meet at the same keys do not deadlock.
        with written as (
            insert into library.reader as t (
                id, name, _source, _record, _hash
            )
            select
                s.id, s.name, s._source, s._record, s._hash
            from library_stage.reader as s
            where s._slot = p_slot and s._record in (select unnest(v_writing))
            order by s.id
            on conflict (id) do update set
                name = excluded.name,
                _source = excluded._source,
                _record = excluded._record,
                _hash = excluded._hash
            where
                (t._hash <> excluded._hash or t._source >= p_first)
                and loader.is_newer(excluded._source, excluded._record, t._source, t._record)
            returning t.id, t._source, t._record, (t.xmax = 0) as fresh
        )
        select
            array_agg(w.id) filter (where w.fresh),
            array_agg(w.id) filter (where not w.fresh),
            coalesce(array_agg(((w._source::bigint << 40) | w._record)) filter (where w.fresh), '{}'),
            coalesce(array_agg(((w._source::bigint << 40) | w._record)) filter (where not w.fresh), '{}'),
            coalesce(array_agg(w._record), '{}'),
            coalesce(array_agg(w.fresh), '{}')
        into v_inserted_1, v_updated_1, v_inserted, v_updated, v_records, v_fresh
        from written as w;
    end if;
    -- One row a chunk: the keys it read and what became of each (i inserted, u updated, n unchanged, d duplicate). A
    -- chunk that is merged a second time keeps what it counted then, but for what it writes now.
    with earlier as (
        select
            u.record,
            u.outcome
        from library_stage.reader_seen as n
        cross join lateral unnest(n.record, string_to_array(n.outcome, null)) as u (record, outcome)
        where n.chunk_id = p_chunk
    ), judged as (
        select
            s.id,
            s._record,
            case
                when o.outcome is not null and w.fresh is null then o.outcome
                when w.fresh then 'i'
                when not w.fresh then 'u'
                when not (s._record = any(v_winners)) then 'd'
                when t._hash = s._hash and t._source < p_first then 'n'
                else 'd'
            end as outcome
        from library_stage.reader as s
        left join unnest(v_records, v_fresh) as w (_record, fresh) on w._record = s._record
        left join earlier as o on o.record = s._record
        left join library.reader as t on t.id = s.id
        where s._slot = p_slot
        union all
        select
            u.id,
            u._record,
            coalesce(o.outcome, 'n') as outcome
        from unnest(v_same_record, v_same_1)
            as u (_record, id)
        left join earlier as o on o.record = u._record
    ), kept as (
        insert into library_stage.reader_seen (
            chunk_id, id, record, outcome
        )
        select
            p_chunk,
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
    into p_inserted, p_updated, p_unchanged, p_duplicate
    from judged as j;
end
$$;
comment on procedure library_stage.merge_reader(
    bigint, bigint, bigint, integer, text[], bigint, bigint, bigint, bigint
) is
'Merges the reader records of a chunk, those staged in a slot and those that stay; counts them.';

-- sql/procedures/rank_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.ranked_reader(p_load bigint)
returns table (
    chunk_id bigint,
    source_id bigint,
    id bigint,
    record bigint,
    outcome text,
    place_of_version bigint,
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
        inner join library_stage.reader_seen as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.id) as u (id)
        where c.load_id = p_load
        group by u.id
        having count(*) > 1
    ), ranked as (
        select
            c.chunk_id,
            c.source_id,
            u.*,
            row_number() over (
                partition by u.id
                order by
                    o.priority desc,
                    coalesce(o.snapshot, '-infinity') desc,
                    o.name collate "C" desc,
                    coalesce(o.sha256, '') desc,
                    u.record desc
            ) as place_of_version,
            bool_or(u.outcome = 'i') over (partition by u.id) as was_absent
        from loader.chunk as c
        inner join loader.source as o on o.source_id = c.source_id
        inner join library_stage.reader_seen as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.id, s.record, string_to_array(s.outcome, null))
            as u (id, record, outcome)
        inner join twice as w on w.id = u.id
        where c.load_id = p_load
    )
    select
        r.chunk_id,
        r.source_id,
        r.id,
        r.record,
        r.outcome,
        r.place_of_version,
        r.was_absent
    from ranked as r;
$$;
comment on function library_stage.ranked_reader(bigint) is
'Versions of reader keys that came more than once in a load, ranked by conflict order.';
create or replace function library_stage.overtaken_reader(p_load bigint, p_first bigint)
returns bigint []
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_chunks bigint [];
begin
    -- Chunks that read the winner of a key and found it unchanged, hence did not write it, before or while an older
    -- version of the same load was written over the row that the winner equals.
    select coalesce(array_agg(distinct r.chunk_id), '{}')
    into v_chunks
    from library_stage.ranked_reader(p_load) as r
    inner join library.reader as t on t.id = r.id
    where
        r.place_of_version = 1
        and t._source >= p_first
        and (t._source, t._record) <> (r.source_id, r.record);
    return v_chunks;
end
$$;
comment on function library_stage.overtaken_reader(bigint, bigint) is
'Chunks to be merged again, since an older version was written over what their winner of a reader key equals.';

-- sql/procedures/settle_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.settle_reader(p_load bigint, p_first bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Corrects the counts of reader keys that came more than once in a load, then forgets what was noted for that:
-- all but the keys that were found unchanged, which no older source that comes later may change.
-- Called by loader.settle_merge when every chunk is done.
begin
    -- Keys that came more than once in the load: the winner by conflict order keeps the outcome against the state
    -- before the load, all others are duplicates, whatever the order in which the chunks were committed.
    with settled as (
        select
            r.chunk_id,
            r.outcome as before,
            case
                when r.place_of_version > 1 then 'd'
                when r.was_absent then 'i'
                when t._source < p_first then r.outcome
                when t._hash = b.hash then 'n'
                else 'u'
            end as after
        from library_stage.ranked_reader(p_load) as r
        left join library.reader as t on t.id = r.id
        left join library_stage.reader_before as b
            on b.load_id = p_load and b.id = r.id
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
    delete from library_stage.reader_seen as s
    where
        s.chunk_id in (select c.chunk_id from loader.chunk as c where c.load_id = p_load)
        and position('n' in s.outcome) = 0;
    delete from library_stage.reader_before as b where b.load_id = p_load;
end
$$;
comment on procedure library_stage.settle_reader(bigint, bigint) is
'Corrects the counts of reader keys that came more than once in a load.';

-- sql/procedures/resolve_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.resolve_reader(p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Removes from the build every version of a reader but the winner, with its children.
-- Called by loader.resolve_build when every chunk is done.
declare
    v_sources bigint[];
    v_records bigint[];
    v_losers bigint[];
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
                order by
                    o.priority desc,
                    coalesce(o.snapshot, '-infinity') desc,
                    o.name collate "C" desc,
                    coalesce(o.sha256, '') desc,
                    r._record desc
            ) as place_of_version
        from library_build.reader as r
        inner join twice as w on w.id = r.id
        inner join loader.source as o on o.source_id = r._source
    )
    select
        array_agg(r._source::bigint),
        array_agg(r._record),
        array_agg(((r._source::bigint << 40) | r._record))
    into v_sources, v_records, v_losers
    from ranked as r
    where r.place_of_version > 1;
    if v_losers is null then
        return;
    end if;
    delete from library_build.reader as t
    where ((t._source::bigint << 40) | t._record) in (select unnest(v_losers));
    perform loader.count_losers(v_sources, v_records);
end
$$;
comment on procedure library_stage.resolve_reader(bigint) is
'Removes from the build every version of a reader but the winner.';

-- sql/procedures/stage_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.stage_build_visit(
    p_chunk bigint,
    p_source bigint,
    p_slot integer,
    inout p_filtered bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Judges the visit records staged as text in a slot: what does not fit becomes a reject, the rest is cast
-- into library_build. Called by loader.stage_chunk, which holds the chunk's fence.
declare
    v_rejected bigint[] := '{}';
begin
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
    inner join loader.chunk as c on c.chunk_id = p_chunk
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
    where s._slot = p_slot and f.broken;
    select coalesce(array_agg(distinct r.source_id << 40 | r.record), '{}')
    into v_rejected
    from loader.reject as r
    where r.chunk_id = p_chunk;
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
        s._slot = p_slot
        and ((s._source::bigint << 40) | s._record) <> all(v_rejected);
    p_filtered := 0;
end
$$;
comment on procedure library_stage.stage_build_visit(bigint, bigint, integer, bigint) is
'Judges the visit records staged as text in a slot and casts the good ones.';

-- sql/procedures/stage_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.stage_merge_visit(
    p_chunk bigint,
    p_source bigint,
    p_slot integer,
    inout p_filtered bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Judges the visit records staged as text in a slot: what does not fit becomes a reject, the rest is cast
-- into library_stage. Called by loader.stage_chunk, which holds the chunk's fence.
declare
    v_rejected bigint[] := '{}';
begin
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
    inner join loader.chunk as c on c.chunk_id = p_chunk
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
    where s._slot = p_slot and f.broken;
    select coalesce(array_agg(distinct r.source_id << 40 | r.record), '{}')
    into v_rejected
    from loader.reject as r
    where r.chunk_id = p_chunk;
    insert into library_stage.visit (
        _slot, record_id, reader_id, _source, _record, _hash
    )
    select
        p_slot,
        nullif(btrim(s.record_id, E' \t\n\r'), '')::bigint as record_id,
        nullif(btrim(s.reader_id, E' \t\n\r'), '')::bigint as reader_id,
        s._source,
        s._record,
        s._hash
    from library_stage.visit_text as s
    where
        s._slot = p_slot
        and ((s._source::bigint << 40) | s._record) <> all(v_rejected);
    p_filtered := 0;
end
$$;
comment on procedure library_stage.stage_merge_visit(bigint, bigint, integer, bigint) is
'Judges the visit records staged as text in a slot and casts the good ones.';

-- sql/procedures/compare_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.changed_visit(
    p_first bigint,
    p_hash uuid[],
    p_1 bigint[]
)
returns bigint[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Places, from 1, of the records that are not the same as the row of library.visit that has their key and was
-- there before the load whose first source is p_first. Row by row through the key's index: dumps come in key order.
declare
    v_places bigint[];
begin
    select coalesce(array_agg(u.place), '{}')
    into v_places
    from unnest(p_hash, p_1)
        with ordinality as u (_hash, record_id, place)
    where (
        select t._hash = u._hash and t._source < p_first
        from library.visit as t
        where t.record_id = u.record_id
    ) is not true;
    return v_places;
end
$$;
comment on function library_stage.changed_visit(
    bigint, uuid[], bigint[]
) is
'Places of the records that are not the same as the visit that has their key.';

-- sql/procedures/merge_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.merge_visit(
    p_load bigint,
    p_chunk bigint,
    p_first bigint,
    p_slot integer,
    p_same text[],
    inout p_inserted bigint,
    inout p_updated bigint,
    inout p_unchanged bigint,
    inout p_duplicate bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Merges the visit records staged in a slot into library: roots that are new or newer, then their
-- children by difference. p_first: the first source of this load. p_same: records of the chunk that are not staged,
-- since they equal the rows that have their keys: arrays of record numbers, keys by column; null: none.
-- Called by loader.merge_chunk, which holds the chunk's fence. Raises LD016.
-- Custom plans lock the parent and one partition; generic ones would lock the partitions of all workers.
declare
    v_newer bigint[];
    v_same_record bigint[] := p_same[1]::bigint[];
    v_same_1 bigint[] := p_same[2]::bigint[];
    v_still bigint;
    v_winners bigint[];
    v_writing bigint[];
    v_inserted bigint[];
    v_updated bigint[];
    v_records bigint[];
    v_fresh boolean[];
    v_all_new boolean;
    v_inserted_1 bigint[];
    v_updated_1 bigint[];
begin
    -- The last version of each key in the chunk wins, staged or not: all are of one source, so the record number
    -- decides.
    select array_agg(w._record order by w._record)
    into v_winners
    from (
        select distinct on (v.record_id)
            v._record,
            v.is_staged
        from (
            select s.record_id, s._record, true as is_staged
            from library_stage.visit as s
            where s._slot = p_slot
            union all
            select u.record_id, u._record, false
            from unnest(v_same_record, v_same_1)
                as u (_record, record_id)
        ) as v
        order by v.record_id, v._record desc
    ) as w
    where w.is_staged;
    if v_winners is null and v_same_record is null then
        p_inserted := 0;
        p_updated := 0;
        p_unchanged := 0;
        p_duplicate := 0;
        return;
    end if;
    if v_same_record is not null then
        -- What was found to be as it is here, and hence was not read, must still be so: who writes a row gives it a
        -- new _source. A key that comes twice among them counts as a change, too: the chunk is then merged in full.
        select count(*)
        into v_still
        from library.visit as t
        where
            t.record_id = any(v_same_1)
            and t._source < p_first;
        if v_still <> cardinality(v_same_record) then
            raise exception 'a visit of chunk % is no longer as it was when it was compared', p_chunk
                using errcode = 'LD016', hint = 'the chunk is merged again, with all of its records';
        end if;
    end if;
    if
        v_winners is null
        and not exists (
            select 1 from library_stage.visit as s
            where s._slot = p_slot
        )
        and not exists (
            select 1 from library_stage.visit_seen as n
            where n.chunk_id = p_chunk
        )
    then
        -- Nothing was read: the keys are noted as they came.
        insert into library_stage.visit_seen (
            chunk_id, record_id, record, outcome
        )
        values (
            p_chunk, v_same_1, v_same_record, repeat('n', cardinality(v_same_record))
        );
        p_inserted := 0;
        p_updated := 0;
        p_unchanged := cardinality(v_same_record);
        p_duplicate := 0;
        return;
    end if;
    v_writing := v_winners;
    v_newer := loader.newer_chunks(p_chunk);
    if v_newer <> '{}' then
        -- A newer source of another load has found some of these keys unchanged. That was a decision, though it wrote
        -- nothing: they stay as they are. What equals its row counts as unchanged all the same: of a key that came more
        -- than once, the chunks of the newer source decide whether it was noted or written.
        with confirmed as (
            select u.record_id
            from library_stage.visit_seen as s
            cross join lateral unnest(s.record_id, string_to_array(s.outcome, null))
                as u (record_id, outcome)
            where s.chunk_id = any(v_newer) and u.outcome = 'n'
        )
        select coalesce(array_agg(s._record order by s._record), '{}')
        into v_writing
        from library_stage.visit as s
        where
            s._slot = p_slot
            and s._record = any(v_winners)
            and not exists (
                select 1 from confirmed as f
                where f.record_id = s.record_id
            );
    end if;
    if v_writing <> '{}' then
        -- What the rows looked like before this load, should they be written: its counts are against that state.
        insert into library_stage.visit_before (load_id, record_id, hash)
        select
            p_load,
            t.record_id,
            t._hash
        from library_stage.visit as s
        inner join library.visit as t on t.record_id = s.record_id
        where s._slot = p_slot and t._hash <> s._hash and t._source < p_first
        on conflict do nothing;
        -- In key order, so that loaders which meet at the same keys do not deadlock.
        with written as (
            insert into library.visit as t (
                record_id, reader_id, _source, _record, _hash
            )
            select
                s.record_id, s.reader_id, s._source, s._record, s._hash
            from library_stage.visit as s
            where s._slot = p_slot and s._record in (select unnest(v_writing))
            order by s.record_id
            on conflict (record_id) do update set
                reader_id = excluded.reader_id,
                _source = excluded._source,
                _record = excluded._record,
                _hash = excluded._hash
            where
                (t._hash <> excluded._hash or t._source >= p_first)
                and loader.is_newer(excluded._source, excluded._record, t._source, t._record)
            returning t.record_id, t._source, t._record, (t.xmax = 0) as fresh
        )
        select
            array_agg(w.record_id) filter (where w.fresh),
            array_agg(w.record_id) filter (where not w.fresh),
            coalesce(array_agg(((w._source::bigint << 40) | w._record)) filter (where w.fresh), '{}'),
            coalesce(array_agg(((w._source::bigint << 40) | w._record)) filter (where not w.fresh), '{}'),
            coalesce(array_agg(w._record), '{}'),
            coalesce(array_agg(w.fresh), '{}')
        into v_inserted_1, v_updated_1, v_inserted, v_updated, v_records, v_fresh
        from written as w;
    end if;
    -- One row a chunk: the keys it read and what became of each (i inserted, u updated, n unchanged, d duplicate). A
    -- chunk that is merged a second time keeps what it counted then, but for what it writes now.
    with earlier as (
        select
            u.record,
            u.outcome
        from library_stage.visit_seen as n
        cross join lateral unnest(n.record, string_to_array(n.outcome, null)) as u (record, outcome)
        where n.chunk_id = p_chunk
    ), judged as (
        select
            s.record_id,
            s._record,
            case
                when o.outcome is not null and w.fresh is null then o.outcome
                when w.fresh then 'i'
                when not w.fresh then 'u'
                when not (s._record = any(v_winners)) then 'd'
                when t._hash = s._hash and t._source < p_first then 'n'
                else 'd'
            end as outcome
        from library_stage.visit as s
        left join unnest(v_records, v_fresh) as w (_record, fresh) on w._record = s._record
        left join earlier as o on o.record = s._record
        left join library.visit as t on t.record_id = s.record_id
        where s._slot = p_slot
        union all
        select
            u.record_id,
            u._record,
            coalesce(o.outcome, 'n') as outcome
        from unnest(v_same_record, v_same_1)
            as u (_record, record_id)
        left join earlier as o on o.record = u._record
    ), kept as (
        insert into library_stage.visit_seen (
            chunk_id, record_id, record, outcome
        )
        select
            p_chunk,
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
    into p_inserted, p_updated, p_unchanged, p_duplicate
    from judged as j;
end
$$;
comment on procedure library_stage.merge_visit(
    bigint, bigint, bigint, integer, text[], bigint, bigint, bigint, bigint
) is
'Merges the visit records of a chunk, those staged in a slot and those that stay; counts them.';

-- sql/procedures/rank_entity.sql, mapping 5ccf2b208805
create or replace function library_stage.ranked_visit(p_load bigint)
returns table (
    chunk_id bigint,
    source_id bigint,
    record_id bigint,
    record bigint,
    outcome text,
    place_of_version bigint,
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
        inner join library_stage.visit_seen as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.record_id) as u (record_id)
        where c.load_id = p_load
        group by u.record_id
        having count(*) > 1
    ), ranked as (
        select
            c.chunk_id,
            c.source_id,
            u.*,
            row_number() over (
                partition by u.record_id
                order by
                    o.priority desc,
                    coalesce(o.snapshot, '-infinity') desc,
                    o.name collate "C" desc,
                    coalesce(o.sha256, '') desc,
                    u.record desc
            ) as place_of_version,
            bool_or(u.outcome = 'i') over (partition by u.record_id) as was_absent
        from loader.chunk as c
        inner join loader.source as o on o.source_id = c.source_id
        inner join library_stage.visit_seen as s on s.chunk_id = c.chunk_id
        cross join lateral unnest(s.record_id, s.record, string_to_array(s.outcome, null))
            as u (record_id, record, outcome)
        inner join twice as w on w.record_id = u.record_id
        where c.load_id = p_load
    )
    select
        r.chunk_id,
        r.source_id,
        r.record_id,
        r.record,
        r.outcome,
        r.place_of_version,
        r.was_absent
    from ranked as r;
$$;
comment on function library_stage.ranked_visit(bigint) is
'Versions of visit keys that came more than once in a load, ranked by conflict order.';
create or replace function library_stage.overtaken_visit(p_load bigint, p_first bigint)
returns bigint []
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_chunks bigint [];
begin
    -- Chunks that read the winner of a key and found it unchanged, hence did not write it, before or while an older
    -- version of the same load was written over the row that the winner equals.
    select coalesce(array_agg(distinct r.chunk_id), '{}')
    into v_chunks
    from library_stage.ranked_visit(p_load) as r
    inner join library.visit as t on t.record_id = r.record_id
    where
        r.place_of_version = 1
        and t._source >= p_first
        and (t._source, t._record) <> (r.source_id, r.record);
    return v_chunks;
end
$$;
comment on function library_stage.overtaken_visit(bigint, bigint) is
'Chunks to be merged again, since an older version was written over what their winner of a visit key equals.';

-- sql/procedures/settle_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.settle_visit(p_load bigint, p_first bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Corrects the counts of visit keys that came more than once in a load, then forgets what was noted for that:
-- all but the keys that were found unchanged, which no older source that comes later may change.
-- Called by loader.settle_merge when every chunk is done.
begin
    -- Keys that came more than once in the load: the winner by conflict order keeps the outcome against the state
    -- before the load, all others are duplicates, whatever the order in which the chunks were committed.
    with settled as (
        select
            r.chunk_id,
            r.outcome as before,
            case
                when r.place_of_version > 1 then 'd'
                when r.was_absent then 'i'
                when t._source < p_first then r.outcome
                when t._hash = b.hash then 'n'
                else 'u'
            end as after
        from library_stage.ranked_visit(p_load) as r
        left join library.visit as t on t.record_id = r.record_id
        left join library_stage.visit_before as b
            on b.load_id = p_load and b.record_id = r.record_id
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
    delete from library_stage.visit_seen as s
    where
        s.chunk_id in (select c.chunk_id from loader.chunk as c where c.load_id = p_load)
        and position('n' in s.outcome) = 0;
    delete from library_stage.visit_before as b where b.load_id = p_load;
end
$$;
comment on procedure library_stage.settle_visit(bigint, bigint) is
'Corrects the counts of visit keys that came more than once in a load.';

-- sql/procedures/resolve_entity.sql, mapping 5ccf2b208805
create or replace procedure library_stage.resolve_visit(p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Removes from the build every version of a visit but the winner, with its children.
-- Called by loader.resolve_build when every chunk is done.
declare
    v_sources bigint[];
    v_records bigint[];
    v_losers bigint[];
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
                order by
                    o.priority desc,
                    coalesce(o.snapshot, '-infinity') desc,
                    o.name collate "C" desc,
                    coalesce(o.sha256, '') desc,
                    r._record desc
            ) as place_of_version
        from library_build.visit as r
        inner join twice as w on w.record_id = r.record_id
        inner join loader.source as o on o.source_id = r._source
    )
    select
        array_agg(r._source::bigint),
        array_agg(r._record),
        array_agg(((r._source::bigint << 40) | r._record))
    into v_sources, v_records, v_losers
    from ranked as r
    where r.place_of_version > 1;
    if v_losers is null then
        return;
    end if;
    delete from library_build.visit as t
    where ((t._source::bigint << 40) | t._record) in (select unnest(v_losers));
    perform loader.count_losers(v_sources, v_records);
end
$$;
comment on procedure library_stage.resolve_visit(bigint) is
'Removes from the build every version of a visit but the winner.';

-- sql/procedures/build_table.sql, mapping 5ccf2b208805
create or replace procedure library_stage.build_book()
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
-- Makes library_build.book durable, with its key and indexes: one rewrite, one transaction.
begin
    alter table library_build.book
        set logged,
        reset (autovacuum_enabled),
        add constraint book_pkey
            primary key (shelf, number);

    create index book_title_idx on library_build.book
    using btree (
        title
    );
    comment on index library_build.book_title_idx is
    'Made by the mapping. Serves searches by title';
    create index book_shelf_number_idx on library_build.book
    using gin (
        shelf, number
    );
    comment on index library_build.book_shelf_number_idx is
    'Made by the mapping. For searches by parts of the key';
    create index book_d322dc21_idx on library_build.book
    using btree (
        lower(title)
    );
    comment on index library_build.book_d322dc21_idx is
    'Made by the mapping. Serves searches by the expression';
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
    perform loader.gather_statistics('library_build.book');
end
$$;
comment on procedure library_stage.build_book() is
'Makes the new book durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping 5ccf2b208805
create or replace procedure library_stage.build_book_chapter()
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
-- Makes library_build.book_chapter durable, with its key and indexes: one rewrite, one transaction.
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
    perform loader.gather_statistics('library_build.book_chapter');
end
$$;
comment on procedure library_stage.build_book_chapter() is
'Makes the new book_chapter durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping 5ccf2b208805
create or replace procedure library_stage.build_book_chapter_note()
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
-- Makes library_build.book_chapter_note durable, with its key and indexes: one rewrite, one transaction.
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
    perform loader.gather_statistics('library_build.book_chapter_note');
end
$$;
comment on procedure library_stage.build_book_chapter_note() is
'Makes the new book_chapter_note durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping 5ccf2b208805
create or replace procedure library_stage.build_book_mark()
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
-- Makes library_build.book_mark durable, with its key and indexes: one rewrite, one transaction.
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
    perform loader.gather_statistics('library_build.book_mark');
end
$$;
comment on procedure library_stage.build_book_mark() is
'Makes the new book_mark durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping 5ccf2b208805
create or replace procedure library_stage.build_reader()
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
-- Makes library_build.reader durable, with its key and indexes: one rewrite, one transaction.
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
    perform loader.gather_statistics('library_build.reader');
end
$$;
comment on procedure library_stage.build_reader() is
'Makes the new reader durable, with its key and indexes.';

-- sql/procedures/build_table.sql, mapping 5ccf2b208805
create or replace procedure library_stage.build_visit()
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
-- Makes library_build.visit durable, with its key and indexes: one rewrite, one transaction.
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
    perform loader.gather_statistics('library_build.visit');
end
$$;
comment on procedure library_stage.build_visit() is
'Makes the new visit durable, with its key and indexes.';

-- sql/procedures/register.sql, mapping 5ccf2b208805
select loader.register_dataset(
    'library',
    '{"dataset": "library", "entities": [{"check": "pages is null or price is null or price < pages * 10", "files": null, "generated_key": false, "name": "book", "policy": "newest", "record": ["{urn:library}library", "{urn:library}book"], "tables": ["book", "book_chapter", "book_chapter_note", "book_mark"], "where": "title <> ''withdrawn''"}, {"check": null, "files": null, "generated_key": false, "name": "reader", "policy": "newest", "record": ["{urn:library}library", "{urn:library}reader"], "tables": ["reader"], "where": null}, {"check": null, "files": null, "generated_key": true, "name": "visit", "policy": "newest", "record": ["{urn:library}library", "{urn:library}visit"], "tables": ["visit"], "where": null}], "foreign_keys": [{"columns": ["edition"], "references_columns": ["id"], "references_table": "reader", "table": "book"}, {"columns": ["reader_id"], "references_columns": ["id"], "references_table": "reader", "table": "visit"}], "tables": [{"check": "pages is null or price is null or price < pages * 10", "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "title", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["{urn:library}title"]}, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "varchar(200)"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "isbn", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["{urn:library}isbn"]}, "pattern": "[0-9]{9}[0-9X]", "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": "20000", "minimum": "1", "name": "pages", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["{urn:library}pages"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "price", "null_if": [], "on_error": "null", "path": {"absolute": false, "attribute": null, "steps": ["{urn:extra}price"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "numeric"}, {"default": null, "enum": ["hard", "soft", "it''s none"], "maximum": null, "minimum": null, "name": "binding", "null_if": ["-"], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["{urn:library}binding"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": ["de", "en", "fr"], "maximum": null, "minimum": null, "name": "languages", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["{urn:library}language"]}, "pattern": null, "repeat": "array", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": "1450", "name": "years", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["{urn:library}year"]}, "pattern": null, "repeat": "array", "required": false, "separator": ", ", "trim": false, "type": "integer"}, {"default": "1970-01-01", "enum": [], "maximum": null, "minimum": null, "name": "bought", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["{urn:library}bought"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "date"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "lent_at", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["{urn:library}lent"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "timestamptz"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "user", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["{urn:library}user"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": true, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "edition", "null_if": [], "on_error": "reject", "path": {"absolute": true, "attribute": "edition", "steps": ["{urn:library}library"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "bigint"}], "entity": "book", "ignore": [{"absolute": false, "attribute": null, "steps": ["{urn:library}cover"]}], "indexes": [{"columns": ["title"], "expression": null, "extension": null, "using": "btree"}, {"columns": ["shelf", "number"], "expression": null, "extension": "btree_gin", "using": "gin"}, {"columns": [], "expression": "lower(title)", "extension": null, "using": "btree"}], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "shelf", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "shelf", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "number", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "number", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}], "name": "book", "ordinals": [], "parent": null, "rows": [], "where": "title <> ''withdrawn''"}, {"check": "page > 0", "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "title", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["{urn:library}title"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "page", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "page", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "integer"}], "entity": "book", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "book_shelf", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "book_number", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "book_chapter", "ordinals": ["ordinal"], "parent": "book", "rows": ["{urn:library}chapters", "{urn:library}chapter"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "note", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "checked", "null_if": [], "on_error": "null", "path": {"absolute": false, "attribute": "checked", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "boolean"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "on", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "on", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "timestamp"}], "entity": "book", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "book_shelf", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "book_number", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "book_chapter_note", "ordinals": ["chapter_ordinal", "ordinal"], "parent": "book_chapter", "rows": ["{urn:library}note"], "where": null}, {"check": null, "columns": [], "entity": "book", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "book_shelf", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "text"}, {"default": null, "enum": [], "maximum": null, "minimum": null, "name": "book_number", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "integer"}], "name": "book_mark", "ordinals": ["ordinal"], "parent": "book", "rows": ["{urn:library}mark"], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "name", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": null, "steps": ["{urn:library}name"]}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "text"}], "entity": "reader", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "id", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "id", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "bigint"}], "name": "reader", "ordinals": [], "parent": null, "rows": [], "where": null}, {"check": null, "columns": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "reader_id", "null_if": [], "on_error": "reject", "path": {"absolute": false, "attribute": "reader", "steps": []}, "pattern": null, "repeat": "error", "required": false, "separator": ", ", "trim": false, "type": "bigint"}], "entity": "visit", "ignore": [], "indexes": [], "key": [{"default": null, "enum": [], "maximum": null, "minimum": null, "name": "record_id", "null_if": [], "on_error": "reject", "path": null, "pattern": null, "repeat": "error", "required": true, "separator": ", ", "trim": false, "type": "bigint"}], "name": "visit", "ordinals": [], "parent": null, "rows": [], "where": null}]}'::jsonb,
    '5ccf2b208805783000c2ff5fa0c47181aad8c9a3f1b40dc708d20aad7f6b264f',
    '{"chunk_bytes": 16777216, "damaged": "refuse", "documents": "one", "foreign_keys": "not_valid", "internal_subset": "refuse", "keep_old": true, "max_rejects": {"count": null, "share": 0.05}, "snapshot": null, "unmapped": "report", "visibility": "chunk"}'::jsonb,
    '[{"entity": "book", "is_root": true, "key": ["shelf", "number"], "name": "book"}, {"entity": "book", "is_root": false, "key": ["book_shelf", "book_number", "ordinal"], "name": "book_chapter"}, {"entity": "book", "is_root": false, "key": ["book_shelf", "book_number", "chapter_ordinal", "ordinal"], "name": "book_chapter_note"}, {"entity": "book", "is_root": false, "key": ["book_shelf", "book_number", "ordinal"], "name": "book_mark"}, {"entity": "reader", "is_root": true, "key": ["id"], "name": "reader"}, {"entity": "visit", "is_root": true, "key": ["record_id"], "name": "visit"}]'::jsonb,
    '[{"columns": ["book_shelf", "book_number"], "references_columns": ["shelf", "number"], "references_table": "book", "table": "book_chapter"}, {"columns": ["book_shelf", "book_number", "chapter_ordinal"], "references_columns": ["book_shelf", "book_number", "ordinal"], "references_table": "book_chapter", "table": "book_chapter_note"}, {"columns": ["book_shelf", "book_number"], "references_columns": ["shelf", "number"], "references_table": "book", "table": "book_mark"}, {"columns": ["edition"], "references_columns": ["id"], "references_table": "reader", "table": "book"}, {"columns": ["reader_id"], "references_columns": ["id"], "references_table": "reader", "table": "visit"}]'::jsonb,
    '0000000000000000000000000000000000000000000000000000000000000000'
);
