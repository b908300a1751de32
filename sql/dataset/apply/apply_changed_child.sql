-- Only rows that differ, because ON CONFLICT would lock, and so write, the others.
insert into {{ target | ident }}.{{ table.name | ident }} as t (
    {{ table | row_columns | quoted | filled(4) }}
)
select
    {{ table | row_columns | quoted('b') | filled(4) }}
from {{ (stage if chunked else build) | ident }}.{{ table.name | ident }} as b
where
{%- if chunked %}
    b._slot = _p_slot and b._rec = any(_v_updated)
{%- else %}
    b._rec in (
        select v._rec from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
        where v._outcome = any(_v_replaced)
    )
{%- endif %}
    and not exists (
        select 1 from {{ target | ident }}.{{ table.name | ident }} as o
        where
            {{ table.primary_key | matches('o', 'b', 12) }}
{%- if table.stored_columns %}
            and ({{ table.stored_columns | compared('o') | filled(12) }})
            is not distinct from
            ({{ table.stored_columns | compared('b') | filled(12) }})
{%- endif %}
    )
order by {{ table.primary_key | idents('b') }}
on conflict ({{ table.primary_key | idents }}) do {% if table.stored_columns %}update set
{%- for column in table.stored_columns %}
    {{ column.name | ident }} = excluded.{{ column.name | ident }}{{ ',' if not loop.last }}
{%- endfor %}
{%- else %}nothing{% endif %}
