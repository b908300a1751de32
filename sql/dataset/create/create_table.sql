create {{ 'unlogged ' if unlogged }}table {{ schema | ident }}.{{ table.name | ident }} (
{%- for column in table.key %}
    {{ column.name | ident }} {{ column | type }} not null,
{%- endfor %}
{%- for ordinal in table.ordinals %}
    {{ ordinal | ident }} integer not null,
{%- endfor %}
{%- for column in table.columns %}
    {{ column.name | ident }} {{ column | type }},
{%- endfor %}
{%- if table.is_root %}
    _source integer not null,
    _record bigint not null,
    _hash uuid not null
{%- if marks %},
    _gone_since date
{%- endif %}
{%- if keyed %},{% endif %}
{%- elif unlogged %}
    _rec bigint not null
{%- endif %}
{%- if keyed %}
    constraint {{ (table.name ~ '_pkey') | ident }}
        primary key ({{ table.primary_key | idents }})
{%- endif %}
){{ ' with (autovacuum_enabled = false)' if unlogged }};
