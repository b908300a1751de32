insert into {{ target | ident }}.{{ table.name | ident }} as t (
    {{ table | row_columns | quoted | filled(4) }}
)
select
    {{ table | row_columns | quoted('s') | filled(4) }}
from {{ stage | ident }}.{{ table.name | ident }} as s
where s._slot = _p_slot and s._rec = any(_v_updated)
order by {{ table.primary_key | idents('s') }}
on conflict ({{ table.primary_key | idents }}) do {% if table.columns %}update set
{%- for column in table.columns %}
    {{ column.name | ident }} = excluded.{{ column.name | ident }}{{ ',' if not loop.last }}
{%- endfor %}
where
    ({{ table.columns | compared('t') | filled(4) }})
    is distinct from
    ({{ table.columns | compared('excluded') | filled(4) }})
{%- else %}nothing{% endif %};
