-- sql/dataset/repair/repair_keys.sql, mapping 000000000000
create or replace procedure rules_stage.repair_keys()
language plpgsql
set search_path = pg_catalog, public, pg_temp
set client_min_messages = warning
as $$
-- Creates the missing keys and indexes of the tables of rules. Readers do not wait while these are built:
-- a key begins as a unique index, and the tables are locked at the end. Called by loader.repair_keys. Raises 23505,
-- LD007.
declare
    _v_keyless oid[] := '{}';
    _v_table oid;
begin
    if loader.has_columns(
        'rules.book',
        array[
            'number'
        ]
    ) then
        _v_table := 'rules.book'::regclass;
        if not exists (select 1 from pg_constraint as k where k.conrelid = _v_table and k.contype = 'p') then
            create unique index book_pkey
            on rules.book (number);
            _v_keyless := _v_keyless || _v_table;
        end if;
        if to_regclass('rules.book_title_idx') is null then
            begin
                create index book_title_idx on rules.book
                using btree (
                    title
                );
                comment on index rules.book_title_idx is
                'Made by the mapping. Serves searches by title';
            exception
                when program_limit_exceeded or data_exception then
                    perform loader.report_index(
                        'rules', 'book',
                        'book_title_idx', sqlerrm
                    );
            end;
        end if;
        if to_regclass('rules.book_number_title_idx') is null then
            begin
                create index book_number_title_idx on rules.book
                using gin (
                    number, title
                );
                comment on index rules.book_number_title_idx is
                'Made by the mapping. For searches by parts';
            exception
                when program_limit_exceeded or data_exception then
                    perform loader.report_index(
                        'rules', 'book',
                        'book_number_title_idx', sqlerrm
                    );
            end;
        end if;
        if to_regclass('rules.book_d322dc21_idx') is null then
            begin
                create index book_d322dc21_idx on rules.book
                using btree (
                    lower(title)
                );
                comment on index rules.book_d322dc21_idx is
                'Made by the mapping. Serves searches by the expression';
            exception
                when program_limit_exceeded or data_exception then
                    perform loader.report_index(
                        'rules', 'book',
                        'book_d322dc21_idx', sqlerrm
                    );
            end;
        end if;
    end if;
    if loader.has_columns(
        'rules.book_chapter',
        array[
            'book_number', 'ordinal'
        ]
    ) then
        _v_table := 'rules.book_chapter'::regclass;
        if not exists (select 1 from pg_constraint as k where k.conrelid = _v_table and k.contype = 'p') then
            create unique index book_chapter_pkey
            on rules.book_chapter (book_number, ordinal);
            _v_keyless := _v_keyless || _v_table;
        end if;
    end if;
    if loader.has_columns(
        'rules.visit',
        array[
            'number'
        ]
    ) then
        _v_table := 'rules.visit'::regclass;
        if not exists (select 1 from pg_constraint as k where k.conrelid = _v_table and k.contype = 'p') then
            create unique index visit_pkey
            on rules.visit (number);
            _v_keyless := _v_keyless || _v_table;
        end if;
    end if;
    perform loader.lock_for_swap(_v_keyless, clock_timestamp() + interval '10 minutes');
    if to_regclass('rules.book') = any (_v_keyless) then
        alter table rules.book
        add constraint book_pkey
        primary key using index book_pkey;
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
    if to_regclass('rules.book_chapter') = any (_v_keyless) then
        alter table rules.book_chapter
        add constraint book_chapter_pkey
        primary key using index book_chapter_pkey;
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
    if to_regclass('rules.visit') = any (_v_keyless) then
        alter table rules.visit
        add constraint visit_pkey
        primary key using index visit_pkey;
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
end
$$;
comment on procedure rules_stage.repair_keys() is
'Creates the missing keys and indexes of rules.';
