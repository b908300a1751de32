-- Only rows that differ: ON CONFLICT would lock, and so write, those that do not.
with written as (
    insert into {{ target | ident }}.{{ table.name | ident }} as t (
        {{ table | row_columns | quoted | filled(8) }}
    )
    select
        {{ table | row_columns | quoted('b') | filled(8) }}
    from {{ build | ident }}.{{ table.name | ident }} as b
    where
        b._rec in (
            select v._rec from {{ stage | ident }}.{{ (root.name ~ '_verdict') | ident }} as v
            where v._outcome = 'u'
        )
        and not exists (
            select 1 from {{ target | ident }}.{{ table.name | ident }} as o
            where
                {{ table.primary_key | matches('o', 'b', 16) }}
{%- if table.columns %}
                and ({{ table.columns | compared('o') | filled(16) }})
                is not distinct from
                ({{ table.columns | compared('b') | filled(16) }})
{%- endif %}
        )
    order by {{ table.primary_key | idents('b') }}
    on conflict ({{ table.primary_key | idents }}) do {% if table.columns %}update set
{%- for column in table.columns %}
        {{ column.name | ident }} = excluded.{{ column.name | ident }}{{ ',' if not loop.last }}
{%- endfor %}
{%- else %}nothing{% endif %}
    returning {{ table.key | names | idents('t') }}
)
insert into {{ stage | ident }}.{{ (root.name ~ '_touched') | ident }} ({{ root.primary_key | idents }}, _table)
select distinct
    {{ table.key | names | idents('w') }},
    {{ place }}
from written as w;
