-- sql/dataset/repair/repair_target.sql, mapping 000000000000
create or replace procedure plain_stage.repair_target()
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
-- Creates the missing parts of the tables of plain: tables, columns, keys, indexes, comments. A column of
-- a key, or of the lineage of a row, cannot be created again. Called by loader.repair_tables. Raises LD020.
begin
    call plain_stage.create_target();
    if not exists (
        select 1
        from unnest(array[
            'place', 'number', '_source', '_record'
        ]) as w (name)
        where not exists (
            select 1 from pg_attribute as a
            where
                a.attrelid = 'plain.thing'::regclass
                and a.attname = w.name
                and not a.attisdropped
        )
    ) then
        alter table plain.thing
        add column if not exists name text;
        alter table plain.thing
        add column if not exists made date;
        alter table plain.thing
        add column if not exists _hash uuid not null default loader.unknown_hash();
        alter table plain.thing
        alter column _hash drop default;
        if not exists (
            select 1 from pg_constraint as k
            where k.conrelid = 'plain.thing'::regclass and k.contype = 'p'
        ) then
            alter table plain.thing
            add constraint thing_pkey
            primary key (place, number);
        end if;
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
    if not exists (
        select 1
        from unnest(array[
            'thing_place', 'thing_number', 'ordinal'
        ]) as w (name)
        where not exists (
            select 1 from pg_attribute as a
            where
                a.attrelid = 'plain.thing_part'::regclass
                and a.attname = w.name
                and not a.attisdropped
        )
    ) then
        alter table plain.thing_part
        add column if not exists label text;
        alter table plain.thing_part
        add column if not exists weight numeric;
        if not exists (
            select 1 from pg_constraint as k
            where k.conrelid = 'plain.thing_part'::regclass and k.contype = 'p'
        ) then
            alter table plain.thing_part
            add constraint thing_part_pkey
            primary key (thing_place, thing_number, ordinal);
        end if;
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
    if not exists (
        select 1
        from unnest(array[
            'thing_place', 'thing_number', 'part_ordinal', 'ordinal'
        ]) as w (name)
        where not exists (
            select 1 from pg_attribute as a
            where
                a.attrelid = 'plain.thing_part_mark'::regclass
                and a.attname = w.name
                and not a.attisdropped
        )
    ) then
        if not exists (
            select 1 from pg_constraint as k
            where k.conrelid = 'plain.thing_part_mark'::regclass and k.contype = 'p'
        ) then
            alter table plain.thing_part_mark
            add constraint thing_part_mark_pkey
            primary key (thing_place, thing_number, part_ordinal, ordinal);
        end if;
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
'Creates the missing parts of the tables of plain.';
