create or replace procedure {{ stage | ident }}.create_build(_p_epoch bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
-- Creates the shadow tables again: unlogged, without keys, and with the canary that reveals whether a server crash has
-- emptied them. Objects that the loader did not create stay.
#variable_conflict use_column
begin
    perform loader.drop_objects({{ dataset.name | literal }}, {{ build | literal }});
    perform loader.make_schema(
        {{ dataset.name | literal }},
        {{ build | literal }},
        {{ ('The next version of ' ~ dataset.name ~ ' while a replace runs.') | literal }}
    );
    create unlogged table {{ build | ident }}._canary as select _p_epoch as epoch;
    comment on table {{ build | ident }}._canary is
    'Holds the epoch of the build; empty after a server crash, as the build is.';
    comment on column {{ build | ident }}._canary.epoch is
    'loader.load.epoch of the load that builds.';
{%- for table in dataset.tables %}
{%- with schema = build, form = 'build' %}
{% filter indent(4, true) %}{% include 'create/create_table.sql' %}{% endfilter %}
{%- endwith %}
    comment on table {{ build | ident }}.{{ table.name | ident }} is
    {{ dataset | table_mark | literal }};
{%- endfor %}
    perform loader.record_objects(
        {{ dataset.name | literal }},
        {{ build | literal }},
        array[
            {{ (['_canary'] + (dataset.tables | map(attribute='name') | list)) | map('literal') | filled(12) }}
        ]
    );
    perform loader.note_given({{ dataset.name | literal }}, {{ build | literal }});
end
$$;
comment on procedure {{ stage | ident }}.create_build(bigint) is
'Creates the shadow tables of {{ dataset.name }} again.';
