create table {{ stage | ident }}.{{ table.name | ident }} (
    _slot integer not null default 0,
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
    _hash uuid not null default gen_random_uuid()
{%- else %}
    _rec bigint not null
{%- endif %}
) partition by list (_slot);
comment on table {{ stage | ident }}.{{ table.name | ident }} is
'Rows of {{ table.name }} on their way into a merge, a partition a worker.';
