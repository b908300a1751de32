insert into {{ build | ident }}.{{ table.name | ident }} (
    {{ table | staged_columns | quoted | filled(4) }}
)
select
    {{ table | staged_columns | quoted('s') | filled(4) }}
from {{ stage | ident }}.{{ table.name | ident }} as s
where s._slot = _p_slot;
