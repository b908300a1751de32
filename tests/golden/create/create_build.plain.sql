-- sql/dataset/create/create_build.sql, mapping 000000000000
create or replace procedure plain_stage.create_build(_p_epoch bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
-- Creates the shadow tables again: unlogged, without keys, and with the canary that reveals whether a server crash has
-- emptied them. Objects that the loader did not create stay.
#variable_conflict use_column
begin
    perform loader.drop_objects('plain', 'plain_build');
    perform loader.make_schema(
        'plain',
        'plain_build',
        'The next version of plain while a replace runs.'
    );
    create unlogged table plain_build._canary as select _p_epoch as epoch;
    comment on table plain_build._canary is
    'Holds the epoch of the build; empty after a server crash, as the build is.';
    comment on column plain_build._canary.epoch is
    'loader.load.epoch of the load that builds.';
    create unlogged table plain_build.thing (
        place text not null,
        number integer not null,
        name text,
        made date,
        _source integer not null,
        _record bigint not null,
        _hash uuid not null
    ) with (autovacuum_enabled = false);
    comment on table plain_build.thing is
    'Table of the dataset plain, made by the loader.';
    create unlogged table plain_build.thing_part (
        thing_place text not null,
        thing_number integer not null,
        ordinal integer not null,
        label text,
        weight numeric,
        _rec bigint not null
    ) with (autovacuum_enabled = false);
    comment on table plain_build.thing_part is
    'Table of the dataset plain, made by the loader.';
    create unlogged table plain_build.thing_part_mark (
        thing_place text not null,
        thing_number integer not null,
        part_ordinal integer not null,
        ordinal integer not null,
        _rec bigint not null
    ) with (autovacuum_enabled = false);
    comment on table plain_build.thing_part_mark is
    'Table of the dataset plain, made by the loader.';
    perform loader.record_objects(
        'plain',
        'plain_build',
        array[
            '_canary', 'thing', 'thing_part', 'thing_part_mark'
        ]
    );
    perform loader.note_given('plain', 'plain_build');
end
$$;
comment on procedure plain_stage.create_build(bigint) is
'Creates the shadow tables of plain again.';
