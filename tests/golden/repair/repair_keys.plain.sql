-- sql/dataset/repair/repair_keys.sql, mapping 000000000000
create or replace procedure plain_stage.repair_keys()
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
-- Creates the missing keys and indexes of the tables of plain. Readers do not wait while these are built:
-- a key begins as a unique index, and the tables are locked at the end. Called by loader.repair_keys. Raises 23505,
-- LD007.
declare
    _v_keyless oid[] := '{}';
    _v_table oid;
begin
    if loader.has_columns(
        'plain.thing',
        array[
            'place', 'number'
        ]
    ) then
        _v_table := 'plain.thing'::regclass;
        if not exists (select 1 from pg_constraint as k where k.conrelid = _v_table and k.contype = 'p') then
            create unique index thing_pkey
            on plain.thing (place, number);
            _v_keyless := _v_keyless || _v_table;
        end if;
    end if;
    if loader.has_columns(
        'plain.thing_part',
        array[
            'thing_place', 'thing_number', 'ordinal'
        ]
    ) then
        _v_table := 'plain.thing_part'::regclass;
        if not exists (select 1 from pg_constraint as k where k.conrelid = _v_table and k.contype = 'p') then
            create unique index thing_part_pkey
            on plain.thing_part (thing_place, thing_number, ordinal);
            _v_keyless := _v_keyless || _v_table;
        end if;
    end if;
    if loader.has_columns(
        'plain.thing_part_mark',
        array[
            'thing_place', 'thing_number', 'part_ordinal', 'ordinal'
        ]
    ) then
        _v_table := 'plain.thing_part_mark'::regclass;
        if not exists (select 1 from pg_constraint as k where k.conrelid = _v_table and k.contype = 'p') then
            create unique index thing_part_mark_pkey
            on plain.thing_part_mark (thing_place, thing_number, part_ordinal, ordinal);
            _v_keyless := _v_keyless || _v_table;
        end if;
    end if;
    perform loader.lock_for_swap(_v_keyless, clock_timestamp() + interval '10 minutes');
    if to_regclass('plain.thing') = any (_v_keyless) then
        alter table plain.thing
        add constraint thing_pkey
        primary key using index thing_pkey;
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
    if to_regclass('plain.thing_part') = any (_v_keyless) then
        alter table plain.thing_part
        add constraint thing_part_pkey
        primary key using index thing_part_pkey;
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
    if to_regclass('plain.thing_part_mark') = any (_v_keyless) then
        alter table plain.thing_part_mark
        add constraint thing_part_mark_pkey
        primary key using index thing_part_mark_pkey;
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
end
$$;
comment on procedure plain_stage.repair_keys() is
'Creates the missing keys and indexes of plain.';
