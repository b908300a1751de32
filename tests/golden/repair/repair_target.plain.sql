-- sql/dataset/repair/repair_target.sql, mapping 000000000000
create or replace procedure plain_stage.repair_target()
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
-- Creates missing tables of plain, and missing columns and comments of others. A column of a key, or of
-- the lineage of a row, cannot be created again. Called by loader.repair_tables. Raises LD020.
begin
    call plain_stage.create_target();
    if loader.has_columns(
        'plain.thing',
        array[
            'place', 'number', '_source', '_record'
        ]
    ) then
        alter table plain.thing
        add column if not exists name text;
        alter table plain.thing
        add column if not exists made date;
        alter table plain.thing
        add column if not exists _hash uuid not null default loader.unknown_hash();
        alter table plain.thing
        alter column _hash drop default;
        if exists (
            select 1 from pg_constraint as k
            where
                k.conrelid = 'plain.thing'::regclass
                and k.conname = 'thing_pkey'
        ) then
            comment on table plain.thing is
            'Rows of thing';
            comment on column plain.thing.place is
            'Key of the record';
            comment on column plain.thing.number is
            'Key of the record';
            comment on column plain.thing.name is
            'From name';
            comment on column plain.thing.made is
            'From made';
            comment on column plain.thing._source is
            'loader.source that the row came from';
            comment on column plain.thing._record is
            'Number of the record in its source, from 1';
            comment on column plain.thing._hash is
            'xxh3-128 of the record, to tell whether it has changed';
            comment on constraint thing_pkey on plain.thing is
            'Table of the dataset plain, made by the loader.';
        end if;
    end if;
    if loader.has_columns(
        'plain.thing_part',
        array[
            'thing_place', 'thing_number', 'ordinal'
        ]
    ) then
        alter table plain.thing_part
        add column if not exists label text;
        alter table plain.thing_part
        add column if not exists weight numeric;
        if exists (
            select 1 from pg_constraint as k
            where
                k.conrelid = 'plain.thing_part'::regclass
                and k.conname = 'thing_part_pkey'
        ) then
            comment on table plain.thing_part is
            'Rows of thing';
            comment on column plain.thing_part.thing_place is
            'Key of thing';
            comment on column plain.thing_part.thing_number is
            'Key of thing';
            comment on column plain.thing_part.ordinal is
            'Place among its siblings in the record, from 1';
            comment on column plain.thing_part.label is
            'From .';
            comment on column plain.thing_part.weight is
            'From @weight';
            comment on constraint thing_part_pkey on plain.thing_part is
            'Table of the dataset plain, made by the loader.';
        end if;
    end if;
    if loader.has_columns(
        'plain.thing_part_mark',
        array[
            'thing_place', 'thing_number', 'part_ordinal', 'ordinal'
        ]
    ) then
        if exists (
            select 1 from pg_constraint as k
            where
                k.conrelid = 'plain.thing_part_mark'::regclass
                and k.conname = 'thing_part_mark_pkey'
        ) then
            comment on table plain.thing_part_mark is
            'Rows of thing';
            comment on column plain.thing_part_mark.thing_place is
            'Key of thing';
            comment on column plain.thing_part_mark.thing_number is
            'Key of thing';
            comment on column plain.thing_part_mark.part_ordinal is
            'Place of the part it belongs to, from 1';
            comment on column plain.thing_part_mark.ordinal is
            'Place among its siblings in the record, from 1';
            comment on constraint thing_part_mark_pkey on plain.thing_part_mark is
            'Table of the dataset plain, made by the loader.';
        end if;
    end if;
end
$$;
comment on procedure plain_stage.repair_target() is
'Creates the missing tables and columns of plain.';
