insert into {{ build | ident }}.{{ table.name | ident }} (
    {{ table | target_columns | quoted | filled(4) }}
)
select
    {{ table | row_columns | quoted('t') | filled(4) }},
    {{ root | record_id('b') }}
from {{ build | ident }}.{{ root.name | ident }} as b
inner join {{ target | ident }}.{{ table.name | ident }} as t on {{ table | belongs(root, 't', 'b') }}
where b._source <> all(_v_own);
