create table if not exists {{ history | ident }}.{{ (root.name ~ '_version') | ident }} (
{%- for column in root.key %}
    {{ column.name | ident }} {{ column | type }} not null,
{%- endfor %}
    source_id bigint not null,
    record bigint not null,
    hash uuid not null,
    content jsonb not null,
    primary key ({{ root.primary_key | idents }}, source_id)
);
comment on table {{ history | ident }}.{{ (root.name ~ '_version') | ident }} is
'What each source says of a {{ root.name }}; loader.contributing_sources tells which of them count.';
{%- for column in root.key %}
comment on column {{ history | ident }}.{{ (root.name ~ '_version') | ident }}.{{ column.name | ident }} is
'Key of the record.';
{%- endfor %}
{%- for name, text in {
'source_id': 'The source.',
'record': 'Number of the record in it.',
'hash': 'xxh3-128 of the record.',
'content': 'Its rows: {row, children: {table: [row, …]}}; NULLs and tables without rows are left out.',
}.items() %}
comment on column {{ history | ident }}.{{ (root.name ~ '_version') | ident }}.{{ name }} is
{{ text | literal }};
{%- endfor %}
