-- sql/dataset/build/build_table.sql, mapping 000000000000
create or replace procedure plain_stage.build_thing_part()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes plain_build.thing_part durable, with its key and indexes, in one rewrite.
#variable_conflict use_column
begin
    alter table plain_build.thing_part
        drop column _rec,
        set logged,
        reset (autovacuum_enabled),
        add constraint thing_part_pkey
            primary key (thing_place, thing_number, ordinal);

    comment on table plain_build.thing_part is
    'Rows of thing';
    comment on column plain_build.thing_part.thing_place is
    'Key of thing';
    comment on column plain_build.thing_part.thing_number is
    'Key of thing';
    comment on column plain_build.thing_part.ordinal is
    'Place among its siblings in the record, from 1';
    comment on column plain_build.thing_part.label is
    'From .';
    comment on column plain_build.thing_part.weight is
    'From @weight';
    comment on constraint thing_part_pkey on plain_build.thing_part is
    'Table of the dataset plain, made by the loader.';
end
$$;
comment on procedure plain_stage.build_thing_part() is
'Makes the new thing_part durable, with its key and indexes.';
