-- sql/dataset/build/build_table.sql, mapping 000000000000
create or replace procedure computed_stage.build_article()
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Makes computed_build.article durable, with its key and indexes, in one rewrite.
#variable_conflict use_column
begin
    perform loader.fix_generated('computed_build.article');
    alter table computed_build.article
        drop column y,
        drop column m,
        set logged,
        reset (autovacuum_enabled),
        add constraint article_pkey
            primary key (id);

    comment on table computed_build.article is
    'Rows of article';
    comment on column computed_build.article.id is
    'Key of the record';
    comment on column computed_build.article.received is
    'Computed: make_date(y, m, 1)';
    comment on column computed_build.article._source is
    'loader.source that the row came from';
    comment on column computed_build.article._record is
    'Number of the record in its source, from 1';
    comment on column computed_build.article._hash is
    'xxh3-128 of the record, to tell whether it has changed';
    comment on constraint article_pkey on computed_build.article is
    'Table of the dataset computed, made by the loader.';
end
$$;
comment on procedure computed_stage.build_article() is
'Makes the new article durable, with its key and indexes.';
