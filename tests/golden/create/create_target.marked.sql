-- sql/dataset/create/create_target.sql, mapping 000000000000
create or replace procedure marked_stage.create_target()
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
-- Creates the tables of marked that do not exist, with keys, indexes and comments.
#variable_conflict use_column
begin
    perform loader.make_schema(
        'marked',
        'marked',
        'Tables of marked'
    );
    if to_regclass('marked.thing') is null then
    create table marked.thing (
        number integer not null,
        name text,
        _source integer not null,
        _record bigint not null,
        _hash uuid not null,
        _gone_since date,
        constraint thing_pkey
            primary key (number)
    );

    comment on table marked.thing is
    'Rows of thing';
    comment on column marked.thing.number is
    'Key of the record';
    comment on column marked.thing.name is
    'From name';
    comment on column marked.thing._source is
    'loader.source that the row came from';
    comment on column marked.thing._record is
    'Number of the record in its source, from 1';
    comment on column marked.thing._hash is
    'xxh3-128 of the record, to tell whether it has changed';
    comment on column marked.thing._gone_since is
    'Snapshot date of the whole dump that was loaded first without the record; null: it is there';
    comment on constraint thing_pkey on marked.thing is
    'Table of the dataset marked, made by the loader.';
    perform loader.record_objects(
        'marked', 'marked', array['thing']
    );
    end if;
    if to_regclass('marked.thing_part') is null then
    create table marked.thing_part (
        thing_number integer not null,
        ordinal integer not null,
        label text,
        constraint thing_part_pkey
            primary key (thing_number, ordinal)
    );

    comment on table marked.thing_part is
    'Rows of thing';
    comment on column marked.thing_part.thing_number is
    'Key of thing';
    comment on column marked.thing_part.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column marked.thing_part.label is
    'From .';
    comment on constraint thing_part_pkey on marked.thing_part is
    'Table of the dataset marked, made by the loader.';
    perform loader.record_objects(
        'marked', 'marked', array['thing_part']
    );
    end if;
    if to_regclass('marked.bare') is null then
    create table marked.bare (
        code text not null,
        _source integer not null,
        _record bigint not null,
        _hash uuid not null,
        _gone_since date,
        constraint bare_pkey
            primary key (code)
    );

    comment on table marked.bare is
    'Rows of bare';
    comment on column marked.bare.code is
    'Key of the record';
    comment on column marked.bare._source is
    'loader.source that the row came from';
    comment on column marked.bare._record is
    'Number of the record in its source, from 1';
    comment on column marked.bare._hash is
    'xxh3-128 of the record, to tell whether it has changed';
    comment on column marked.bare._gone_since is
    'Snapshot date of the whole dump that was loaded first without the record; null: it is there';
    comment on constraint bare_pkey on marked.bare is
    'Table of the dataset marked, made by the loader.';
    perform loader.record_objects(
        'marked', 'marked', array['bare']
    );
    end if;
end
$$;
comment on procedure marked_stage.create_target() is
'Creates the tables of marked that do not exist.';

create or replace procedure marked_stage.alter_target(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
-- Prepares the tables of marked that are in use for a load that is about to merge into them: drops the
-- foreign keys that the loader made, because chunks arrive in any order; adds the column that marks missing records. Locks all
-- of these tables at once until the transaction ends, so it is called last. Raises LD007, LD020.
declare
    _v_unmarked oid[] := loader.unmarked_tables(
        array[
            'marked.thing',
            'marked.bare'
        ]
    );
begin
    perform loader.release_own_foreign_keys(_p_load, _v_unmarked);
    if to_regclass('marked.thing') = any(_v_unmarked) then
        alter table marked.thing add column _gone_since date;
        comment on column marked.thing._gone_since is
        'Snapshot date of the whole dump that was loaded first without the record; null: it is there';
        perform loader.record_column('marked.thing', '_gone_since');
    end if;
    if to_regclass('marked.bare') = any(_v_unmarked) then
        alter table marked.bare add column _gone_since date;
        comment on column marked.bare._gone_since is
        'Snapshot date of the whole dump that was loaded first without the record; null: it is there';
        perform loader.record_column('marked.bare', '_gone_since');
    end if;
end
$$;
comment on procedure marked_stage.alter_target(bigint) is
'Prepares the tables of marked that are in use for a load that is about to merge into them.';
