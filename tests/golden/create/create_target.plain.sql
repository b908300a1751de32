-- sql/dataset/create/create_target.sql, mapping 000000000000
create or replace procedure plain_stage.create_target()
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
-- Creates the tables of plain that do not exist, with keys, indexes and comments.
#variable_conflict use_column
begin
    perform loader.make_schema(
        'plain',
        'plain',
        'Tables of plain'
    );
    if to_regclass('plain.thing') is null then
    create table plain.thing (
        place text not null,
        number integer not null,
        name text,
        made date,
        _source integer not null,
        _record bigint not null,
        _hash uuid not null,
        constraint thing_pkey
            primary key (place, number)
    );

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
    perform loader.record_objects(
        'plain', 'plain', array['thing']
    );
    end if;
    if to_regclass('plain.thing_part') is null then
    create table plain.thing_part (
        thing_place text not null,
        thing_number integer not null,
        ordinal integer not null,
        label text,
        weight numeric,
        constraint thing_part_pkey
            primary key (thing_place, thing_number, ordinal)
    );

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
    perform loader.record_objects(
        'plain', 'plain', array['thing_part']
    );
    end if;
    if to_regclass('plain.thing_part_mark') is null then
    create table plain.thing_part_mark (
        thing_place text not null,
        thing_number integer not null,
        part_ordinal integer not null,
        ordinal integer not null,
        constraint thing_part_mark_pkey
            primary key (thing_place, thing_number, part_ordinal, ordinal)
    );

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
    perform loader.record_objects(
        'plain', 'plain', array['thing_part_mark']
    );
    end if;
end
$$;
comment on procedure plain_stage.create_target() is
'Creates the tables of plain that do not exist.';

create or replace procedure plain_stage.alter_target(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
-- Prepares the tables of plain that are in use for a load that is about to merge into them: drops the
-- foreign keys that the loader made, because chunks arrive in any order. Locks all
-- of these tables at once until the transaction ends, so it is called last. Raises LD007, LD020.
begin
    perform loader.release_own_foreign_keys(_p_load);
end
$$;
comment on procedure plain_stage.alter_target(bigint) is
'Prepares the tables of plain that are in use for a load that is about to merge into them.';
