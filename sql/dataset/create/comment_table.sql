comment on table {{ schema | ident }}.{{ table.name | ident }} is
{{ (table.comment or 'Rows of ' ~ table.entity) | sentence }};
{%- for column in table.key %}
comment on column {{ schema | ident }}.{{ table.name | ident }}.{{ column.name | ident }} is
{{ (column.comment or 'Key of the record') | sentence }};
{%- endfor %}
{%- for ordinal in table.ordinals %}
comment on column {{ schema | ident }}.{{ table.name | ident }}.{{ ordinal | ident }} is
{{ ordinal | ordinal_comment | sentence }};
{%- endfor %}
{%- for column in table.stored_columns %}
comment on column {{ schema | ident }}.{{ table.name | ident }}.{{ column.name | ident }} is
{{ (column.comment or column | origin) | sentence }};
{%- endfor %}
{%- if table.is_root %}
comment on column {{ schema | ident }}.{{ table.name | ident }}._source is
'loader.source that the row came from';
comment on column {{ schema | ident }}.{{ table.name | ident }}._record is
'Number of the record in its source, from 1';
comment on column {{ schema | ident }}.{{ table.name | ident }}._hash is
'xxh3-128 of the record, to tell whether it has changed';
{%- if marks %}
{% include 'shared/comment_gone_since.sql' %}
{%- endif %}
{%- endif %}
comment on constraint {{ (table.name ~ '_pkey') | ident }} on {{ schema | ident }}.{{ table.name | ident }} is
{{ dataset | table_mark | literal }};
