-- sql/dataset/build/build_table.sql, mapping 000000000000
create or replace procedure plain_stage.build_thing()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes plain_build.thing durable, with its key and indexes, in one rewrite.
#variable_conflict use_column
begin
    alter table plain_build.thing
        set logged,
        reset (autovacuum_enabled),
        add constraint thing_pkey
            primary key (place, number);

    comment on table plain_build.thing is
    'Rows of thing';
    comment on column plain_build.thing.place is
    'Key of the record';
    comment on column plain_build.thing.number is
    'Key of the record';
    comment on column plain_build.thing.name is
    'From name';
    comment on column plain_build.thing.made is
    'From made';
    comment on column plain_build.thing._source is
    'loader.source that the row came from';
    comment on column plain_build.thing._record is
    'Number of the record in its source, from 1';
    comment on column plain_build.thing._hash is
    'xxh3-128 of the record, to tell whether it has changed';
    comment on constraint thing_pkey on plain_build.thing is
    'Table of the dataset plain, made by the loader.';
end
$$;
comment on procedure plain_stage.build_thing() is
'Makes the new thing durable, with its key and indexes.';
