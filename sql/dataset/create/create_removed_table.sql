create table if not exists {{ history | ident }}.{{ (root.name ~ '_removed') | ident }} (
{%- for column in root.key %}
    {{ column.name | ident }} {{ column | type }} not null,
{%- endfor %}
    source_id bigint not null,
    record bigint not null,
{%- if entity.policy.column %}
    _latest {{ root.column(entity.policy.column) | type }}{{ ' collate "C"' if root.column(entity.policy.column).is_text }},
{%- endif %}
    primary key ({{ root.primary_key | idents }}, source_id)
);
comment on table {{ history | ident }}.{{ (root.name ~ '_removed') | ident }} is
'Delete records: versions of a {{ root.name }} that say that there is none. See loader.removing_sources.';
{%- for column in root.key %}
comment on column {{ history | ident }}.{{ (root.name ~ '_removed') | ident }}.{{ column.name | ident }} is
'Key of the record.';
{%- endfor %}
comment on column {{ history | ident }}.{{ (root.name ~ '_removed') | ident }}.source_id is
'Source of the delete record.';
comment on column {{ history | ident }}.{{ (root.name ~ '_removed') | ident }}.record is
'Its number in the source; if it has several for the key, that of the one that wins.';
{%- if entity.policy.column %}
comment on column {{ history | ident }}.{{ (root.name ~ '_removed') | ident }}._latest is
{{ ('Its ' ~ entity.policy.column ~ ', which decides between versions.') | literal }};
{%- endif %}
