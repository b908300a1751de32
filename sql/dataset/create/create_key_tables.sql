create unlogged table {{ stage | ident }}.{{ (root.name ~ '_key') | ident }} (
    _source integer not null,
{%- for column in root.key %}
    {{ column.name | ident }} {{ column | type }} not null,
{%- endfor %}
    _record bigint not null,
    _hash uuid
);
comment on table {{ stage | ident }}.{{ (root.name ~ '_key') | ident }} is
'Keys that the last `loader conflicts` has read, one row per record. See loader.overlaps.';
comment on column {{ stage | ident }}.{{ (root.name ~ '_key') | ident }}._source is
'Number of the source in _key_source.';
comment on column {{ stage | ident }}.{{ (root.name ~ '_key') | ident }}._hash is
'xxh3-128 of the record; null: there was no row to compare it with.';
create unlogged table {{ stage | ident }}.{{ (root.name ~ '_key_text') | ident }} (
    _source integer not null,
{%- for column in root.key %}
    {{ column.name | ident }} text,
{%- endfor %}
    _record bigint not null,
    _hash uuid
);
comment on table {{ stage | ident }}.{{ (root.name ~ '_key_text') | ident }} is
'Keys as text, before loader.check_keys validates them.';
comment on column {{ stage | ident }}.{{ (root.name ~ '_key_text') | ident }}._source is
'Number of the source in _key_source.';
