insert into {{ target | ident }}.{{ table.name | ident }} (
    {{ table | row_columns | quoted | filled(4) }}
)
select
    {{ table | row_columns | quoted('b') | filled(4) }}
from {{ build | ident }}.{{ table.name | ident }} as b
where b._rec in (
    select v._rec from {{ stage | ident }}.{{ (root.name ~ '_verdict') | ident }} as v
    where v._outcome = 'i'
);
