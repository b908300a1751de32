-- sql/dataset/create/create_target.sql, mapping 000000000000
create or replace procedure rules_stage.create_target()
language plpgsql
set search_path = pg_catalog, public, pg_temp
set client_min_messages = warning
as $$
-- Creates the tables of rules that do not exist, with keys, indexes and comments.
#variable_conflict use_column
begin
    perform loader.make_schema(
        'rules',
        'rules',
        'Tables of rules'
    );
    if to_regclass('rules.book') is null then
    create table rules.book (
        number numeric not null,
        title varchar(200),
        isbn text,
        price numeric,
        binding text,
        years integer[],
        _source integer not null,
        _record bigint not null,
        _hash uuid not null,
        constraint book_pkey
            primary key (number)
    );

    create index book_title_idx on rules.book
    using btree (
        title
    );
    comment on index rules.book_title_idx is
    'Made by the mapping. Serves searches by title';
    create index book_number_title_idx on rules.book
    using gin (
        number, title
    );
    comment on index rules.book_number_title_idx is
    'Made by the mapping. For searches by parts';
    create index book_d322dc21_idx on rules.book
    using btree (
        lower(title)
    );
    comment on index rules.book_d322dc21_idx is
    'Made by the mapping. Serves searches by the expression';
    comment on table rules.book is
    'A book, in all its copies';
    comment on column rules.book.number is
    'Key of the record';
    comment on column rules.book.title is
    'Title; not the author''s';
    comment on column rules.book.isbn is
    'From isbn';
    comment on column rules.book.price is
    'From price';
    comment on column rules.book.binding is
    'From binding';
    comment on column rules.book.years is
    'From year';
    comment on column rules.book._source is
    'loader.source that the row came from';
    comment on column rules.book._record is
    'Number of the record in its source, from 1';
    comment on column rules.book._hash is
    'xxh3-128 of the record, to tell whether it has changed';
    comment on constraint book_pkey on rules.book is
    'Table of the dataset rules, made by the loader.';
    perform loader.record_objects(
        'rules', 'rules', array['book']
    );
    end if;
    if to_regclass('rules.book_chapter') is null then
    create table rules.book_chapter (
        book_number numeric not null,
        ordinal integer not null,
        page integer,
        constraint book_chapter_pkey
            primary key (book_number, ordinal)
    );

    comment on table rules.book_chapter is
    'Rows of book';
    comment on column rules.book_chapter.book_number is
    'Key of book';
    comment on column rules.book_chapter.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column rules.book_chapter.page is
    'From @page';
    comment on constraint book_chapter_pkey on rules.book_chapter is
    'Table of the dataset rules, made by the loader.';
    perform loader.record_objects(
        'rules', 'rules', array['book_chapter']
    );
    end if;
    if to_regclass('rules.visit') is null then
    create table rules.visit (
        number integer not null,
        book_number numeric,
        stars integer,
        _source integer not null,
        _record bigint not null,
        _hash uuid not null,
        constraint visit_pkey
            primary key (number)
    );

    comment on table rules.visit is
    'Rows of visit';
    comment on column rules.visit.number is
    'Key of the record';
    comment on column rules.visit.book_number is
    'From @book';
    comment on column rules.visit.stars is
    'From stars';
    comment on column rules.visit._source is
    'loader.source that the row came from';
    comment on column rules.visit._record is
    'Number of the record in its source, from 1';
    comment on column rules.visit._hash is
    'xxh3-128 of the record, to tell whether it has changed';
    comment on constraint visit_pkey on rules.visit is
    'Table of the dataset rules, made by the loader.';
    perform loader.record_objects(
        'rules', 'rules', array['visit']
    );
    end if;
end
$$;
comment on procedure rules_stage.create_target() is
'Creates the tables of rules that do not exist.';

create or replace procedure rules_stage.alter_target(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
-- Prepares the tables of rules that are in use for a load that is about to merge into them: drops the
-- foreign keys that the loader made, because chunks arrive in any order. Locks all
-- of these tables at once until the transaction ends, so it is called last. Raises LD007, LD020.
begin
    perform loader.release_own_foreign_keys(_p_load);
end
$$;
comment on procedure rules_stage.alter_target(bigint) is
'Prepares the tables of rules that are in use for a load that is about to merge into them.';
