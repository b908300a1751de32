insert into {{ target | ident }}.{{ table.name | ident }} (
    {{ table | row_columns | quoted | filled(4) }}
)
select
    {{ table | row_columns | quoted('b') | filled(4) }}
from {{ (stage if chunked else build) | ident }}.{{ table.name | ident }} as b
where
{%- if chunked %}
    b._slot = _p_slot and b._rec = any(_v_inserted);
{%- else %}
    b._rec in (
        select v._rec from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
        where v._outcome = 'i'
    );
{%- endif %}
