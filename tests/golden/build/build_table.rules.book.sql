-- sql/dataset/build/build_table.sql, mapping 000000000000
create or replace procedure rules_stage.build_book()
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
-- Makes rules_build.book durable, with its key and indexes, in one rewrite.
#variable_conflict use_column
begin
    alter table rules_build.book
        set logged,
        reset (autovacuum_enabled),
        add constraint book_pkey
            primary key (number);

    begin
        create index book_title_idx on rules_build.book
        using btree (
            title
        );
        comment on index rules_build.book_title_idx is
        'Made by the mapping. Serves searches by title';
    exception
        when program_limit_exceeded or data_exception then
            perform loader.report_index(
                'rules', 'book', 'book_title_idx', sqlerrm
            );
    end;
    begin
        create index book_number_title_idx on rules_build.book
        using gin (
            number, title
        );
        comment on index rules_build.book_number_title_idx is
        'Made by the mapping. For searches by parts';
    exception
        when program_limit_exceeded or data_exception then
            perform loader.report_index(
                'rules', 'book', 'book_number_title_idx', sqlerrm
            );
    end;
    begin
        create index book_d322dc21_idx on rules_build.book
        using btree (
            lower(title)
        );
        comment on index rules_build.book_d322dc21_idx is
        'Made by the mapping. Serves searches by the expression';
    exception
        when program_limit_exceeded or data_exception then
            perform loader.report_index(
                'rules', 'book', 'book_d322dc21_idx', sqlerrm
            );
    end;
    comment on table rules_build.book is
    'A book, in all its copies';
    comment on column rules_build.book.number is
    'Key of the record';
    comment on column rules_build.book.title is
    'Title; not the author''s';
    comment on column rules_build.book.isbn is
    'From isbn';
    comment on column rules_build.book.price is
    'From price';
    comment on column rules_build.book.binding is
    'From binding';
    comment on column rules_build.book.years is
    'From year';
    comment on column rules_build.book._source is
    'loader.source that the row came from';
    comment on column rules_build.book._record is
    'Number of the record in its source, from 1';
    comment on column rules_build.book._hash is
    'xxh3-128 of the record, to tell whether it has changed';
    comment on constraint book_pkey on rules_build.book is
    'Table of the dataset rules, made by the loader.';
end
$$;
comment on procedure rules_stage.build_book() is
'Makes the new book durable, with its key and indexes.';
