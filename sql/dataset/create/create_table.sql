{#- form: target, build, stage (typed, one partition per worker), or text (the same, before validation). #}
{%- set staged = form in ('stage', 'text') %}
{%- set spares = table.is_root and dataset.entity(table.entity).is_removable %}
{%- set name = table.name ~ ('_text' if form == 'text' else '') -%}
create {{ 'unlogged ' if form == 'build' }}table {{ schema | ident }}.{{ name | ident }} (
{%- if staged %}
    _slot integer not null default 0,
{%- endif %}
{%- for column in table.key %}
    {{ column.name | ident }} {% if form == 'text' %}text{% else %}{{ column | type }} not null{% endif %},
{%- endfor %}
{%- for ordinal in table.ordinals %}
    {{ ordinal | ident }} integer not null,
{%- endfor %}
{%- for column in {'text': table.columns, 'target': table.stored_columns}.get(form, table.all_columns) %}
    {{ column.name | ident }} {% if form == 'text' %}text{% else %}{{ column | type }}{% endif %}
{%- if column.computed_by and form != 'target' %}
    generated always as (
        {{ column | computation(spares) }}
    ) stored
{%- endif %},
{%- endfor %}
{%- if table.is_root or form != 'target' %}
    {{ table | added(staged) | lines(4) }}
{%- endif %}
{%- if table.is_root and marks and not staged %},
    _gone_since date
{%- endif %}
{%- if form == 'target' %}{{ ',' if table.is_root }}
    constraint {{ (table.name ~ '_pkey') | ident }}
        primary key ({{ table.primary_key | idents }})
{%- endif %}
){{ ' with (autovacuum_enabled = false)' if form == 'build' else ' partition by list (_slot)' if staged }};
