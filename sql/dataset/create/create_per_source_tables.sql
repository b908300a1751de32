create unlogged table {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }} (
{%- for column in root.key %}
    {{ column.name | ident }} {{ column | type }} not null,
{%- endfor %}
    _place integer not null,
    _source bigint not null,
    _record bigint not null,
    _contradicts boolean not null default false,
    primary key ({{ root.primary_key | idents }}, _place)
);
comment on table {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }} is
'The versions of which the last load composed each {{ root.name }} it touched: one per feed, of the newest edition.';
{%- for column in root.key %}
comment on column {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }}.{{ column.name | ident }} is
'Key of the record.';
{%- endfor %}
comment on column {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }}._place is
'Place in conflict order: 1 wins.';
comment on column {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }}._source is
'Source of the version.';
comment on column {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }}._record is
'Number of the record in it.';
comment on column {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }}._contradicts is
'Whether the versions of the key differ and the policy rejects that.';

create unlogged table {{ stage | ident }}.{{ (root.name ~ '_composed') | ident }} (
{%- for column in root.key %}
    {{ column.name | ident }} {{ column | type }} not null,
{%- endfor %}
    _source bigint not null,
    _record bigint not null,
    _content jsonb not null,
    primary key ({{ root.primary_key | idents }})
);
comment on table {{ stage | ident }}.{{ (root.name ~ '_composed') | ident }} is
'The row that the last load composed of the versions of each {{ root.name }} that it touched.';
{%- for column in root.key %}
comment on column {{ stage | ident }}.{{ (root.name ~ '_composed') | ident }}.{{ column.name | ident }} is
'Key of the record.';
{%- endfor %}
comment on column {{ stage | ident }}.{{ (root.name ~ '_composed') | ident }}._source is
'Source of the version that wins.';
comment on column {{ stage | ident }}.{{ (root.name ~ '_composed') | ident }}._record is
'Number of its record.';
comment on column {{ stage | ident }}.{{ (root.name ~ '_composed') | ident }}._content is
'Its rows, as in the version table.';
