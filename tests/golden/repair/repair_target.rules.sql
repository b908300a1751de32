-- sql/dataset/repair/repair_target.sql, mapping 000000000000
create or replace procedure rules_stage.repair_target()
language plpgsql
set search_path = pg_catalog, public, pg_temp
set client_min_messages = warning
as $$
-- Creates missing tables of rules, and missing columns and comments of others. A column of a key, or of
-- the lineage of a row, cannot be created again. Called by loader.repair_tables. Raises LD020.
begin
    call rules_stage.create_target();
    if loader.has_columns(
        'rules.book',
        array[
            'number', '_source', '_record'
        ]
    ) then
        alter table rules.book
        add column if not exists title varchar(200);
        alter table rules.book
        add column if not exists isbn text;
        alter table rules.book
        add column if not exists price numeric;
        alter table rules.book
        add column if not exists binding text;
        alter table rules.book
        add column if not exists years integer[];
        alter table rules.book
        add column if not exists _hash uuid not null default loader.unknown_hash();
        alter table rules.book
        alter column _hash drop default;
        if exists (
            select 1 from pg_constraint as k
            where
                k.conrelid = 'rules.book'::regclass
                and k.conname = 'book_pkey'
        ) then
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
        end if;
    end if;
    if loader.has_columns(
        'rules.book_chapter',
        array[
            'book_number', 'ordinal'
        ]
    ) then
        alter table rules.book_chapter
        add column if not exists page integer;
        if exists (
            select 1 from pg_constraint as k
            where
                k.conrelid = 'rules.book_chapter'::regclass
                and k.conname = 'book_chapter_pkey'
        ) then
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
        end if;
    end if;
    if loader.has_columns(
        'rules.visit',
        array[
            'number', '_source', '_record'
        ]
    ) then
        alter table rules.visit
        add column if not exists book_number numeric;
        alter table rules.visit
        add column if not exists stars integer;
        alter table rules.visit
        add column if not exists _hash uuid not null default loader.unknown_hash();
        alter table rules.visit
        alter column _hash drop default;
        if exists (
            select 1 from pg_constraint as k
            where
                k.conrelid = 'rules.visit'::regclass
                and k.conname = 'visit_pkey'
        ) then
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
        end if;
    end if;
end
$$;
comment on procedure rules_stage.repair_target() is
'Creates the missing tables and columns of rules.';
