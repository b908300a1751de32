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
{%- for column in table.columns %}
comment on column {{ schema | ident }}.{{ table.name | ident }}.{{ column.name | ident }} is
{{ (column.comment or 'From ' ~ column.path.text) | sentence }};
{%- endfor %}
{%- if table.is_root %}
comment on column {{ schema | ident }}.{{ table.name | ident }}._source is
'loader.source that the row came from';
comment on column {{ schema | ident }}.{{ table.name | ident }}._record is
'Number of the record in its source, from 1';
comment on column {{ schema | ident }}.{{ table.name | ident }}._hash is
'xxh3-128 of the record, to tell whether it has changed';
{%- if marks %}
comment on column {{ schema | ident }}.{{ table.name | ident }}._gone_since is
'Snapshot date of the whole dump that was loaded first without the record; null: it is there';
{%- endif %}
{%- endif %}
