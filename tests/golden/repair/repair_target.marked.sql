-- sql/dataset/repair/repair_target.sql, mapping 000000000000
create or replace procedure marked_stage.repair_target()
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
-- Creates missing tables of marked, and missing columns and comments of others. A column of a key, or of
-- the lineage of a row, cannot be created again. Called by loader.repair_tables. Raises LD020.
declare
    _v_unmarked oid[];
begin
    call marked_stage.create_target();
    _v_unmarked := loader.unmarked_tables(
        array[
            'marked.thing',
            'marked.bare'
        ]
    );
    if loader.has_columns(
        'marked.thing',
        array[
            'number', '_source', '_record'
        ]
    ) then
        alter table marked.thing
        add column if not exists name text;
        alter table marked.thing
        add column if not exists _hash uuid not null default loader.unknown_hash();
        alter table marked.thing
        alter column _hash drop default;
        if to_regclass('marked.thing') = any(_v_unmarked) then
            alter table marked.thing add column _gone_since date;
            comment on column marked.thing._gone_since is
            'Snapshot date of the whole dump that was loaded first without the record; null: it is there';
            perform loader.record_column('marked.thing', '_gone_since');
        end if;
        if exists (
            select 1 from pg_constraint as k
            where
                k.conrelid = 'marked.thing'::regclass
                and k.conname = 'thing_pkey'
        ) then
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
        end if;
    end if;
    if loader.has_columns(
        'marked.thing_part',
        array[
            'thing_number', 'ordinal'
        ]
    ) then
        alter table marked.thing_part
        add column if not exists label text;
        if exists (
            select 1 from pg_constraint as k
            where
                k.conrelid = 'marked.thing_part'::regclass
                and k.conname = 'thing_part_pkey'
        ) then
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
        end if;
    end if;
    if loader.has_columns(
        'marked.bare',
        array[
            'code', '_source', '_record'
        ]
    ) then
        alter table marked.bare
        add column if not exists _hash uuid not null default loader.unknown_hash();
        alter table marked.bare
        alter column _hash drop default;
        if to_regclass('marked.bare') = any(_v_unmarked) then
            alter table marked.bare add column _gone_since date;
            comment on column marked.bare._gone_since is
            'Snapshot date of the whole dump that was loaded first without the record; null: it is there';
            perform loader.record_column('marked.bare', '_gone_since');
        end if;
        if exists (
            select 1 from pg_constraint as k
            where
                k.conrelid = 'marked.bare'::regclass
                and k.conname = 'bare_pkey'
        ) then
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
        end if;
    end if;
end
$$;
comment on procedure marked_stage.repair_target() is
'Creates the missing tables and columns of marked.';
