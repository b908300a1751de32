create or replace procedure {{ stage | ident }}.create_target()
language plpgsql
set search_path = pg_catalog{{ ', public' if dataset | extensions }}, pg_temp
set client_min_messages = warning
as $$
-- Makes the tables of {{ dataset.name }} that are not there yet, with keys, indexes and comments.
begin
    create schema if not exists {{ target | ident }};
{%- for table in dataset.tables %}
    if to_regclass({{ (target | ident ~ '.' ~ table.name | ident) | literal }}) is null then
{%- with schema = target, unlogged = false, keyed = true %}
{% filter indent(4, true) %}{% include 'statements/create_table.sql' %}{% endfilter %}
{% filter indent(4, true) %}{% include 'statements/create_indexes.sql' %}{% endfilter %}
{% filter indent(4, true) %}{% include 'statements/comment_table.sql' %}{% endfilter %}
{%- endwith %}
    end if;
{%- endfor %}
    comment on schema {{ target | ident }} is
    {{ (dataset.comment or 'Tables of ' ~ dataset.name) | sentence }};
end
$$;
comment on procedure {{ stage | ident }}.create_target() is
'Makes the tables of {{ dataset.name }} that are not there yet.';
