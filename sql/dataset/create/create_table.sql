{#- form: target, build, stage (typed, a partition per worker), or text (the same, before it is judged). #}
{%- set staged = form in ('stage', 'text') %}
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
{%- for column in table.columns %}
    {{ column.name | ident }} {% if form == 'text' %}text{% else %}{{ column | type }}{% endif %},
{%- endfor %}
{%- if table.is_root %}
    _source integer not null,
    _record bigint not null,
    _hash uuid not null{{ ' default gen_random_uuid()' if staged }}
{%- if marks and not staged %},
    _gone_since date
{%- endif %}
{%- if form == 'target' %},{% endif %}
{%- elif form != 'target' %}
    _rec bigint not null
{%- endif %}
{%- if form == 'target' %}
    constraint {{ (table.name ~ '_pkey') | ident }}
        primary key ({{ table.primary_key | idents }})
{%- endif %}
){{ ' with (autovacuum_enabled = false)' if form == 'build' else ' partition by list (_slot)' if staged }};
