insert into {{ target | ident }}.{{ table.name | ident }} (
    {{ table | row_columns | quoted | filled(4) }}
)
select
    {{ table | row_columns | quoted('s') | filled(4) }}
from {{ stage | ident }}.{{ table.name | ident }} as s
where s._slot = _p_slot and (_v_all_new or s._rec = any(_v_inserted));
