insert into {{ target | ident }}.{{ table.name | ident }} as t ({{ table | row_columns | idents }})
select {{ table | row_columns | idents('s') }}
from {{ stage | ident }}.{{ table.name | ident }} as s
where s._slot = p_slot and s._rec in (select unnest(v_written))
order by {{ table.primary_key | idents('s') }}
on conflict ({{ table.primary_key | idents }}) do {% if table.columns %}update set
{%- for column in table.columns %}
    {{ column.name | ident }} = excluded.{{ column.name | ident }}{{ ',' if not loop.last }}
{%- endfor %}
where ({{ table.columns | names | idents('t') }}) is distinct from ({{ table.columns | names | idents('excluded') }})
{%- else %}nothing{% endif %};
