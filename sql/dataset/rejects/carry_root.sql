insert into {{ build | ident }}.{{ root.name | ident }} (
    {{ root | kept(marks) | quoted | filled(4) }}
)
select
    {{ root | kept(marks) | quoted('t') | filled(4) }}
from {{ target | ident }}.{{ root.name | ident }} as t
where
    ({{ root.primary_key | idents('t') }}) in (
        select {{ root.primary_key | idents('r') }}
        from {{ stage | ident }}.{{ ('rejected_' ~ root.name) | ident }}(array[_p_load]) as r
    )
    and not exists (
        select 1 from {{ build | ident }}.{{ root.name | ident }} as b
        where {{ root.primary_key | matches('b', 't') }}
    )
{%- if entity.is_removable %}
    and not exists (
        select 1 from {{ history | ident }}.{{ (root.name ~ '_removed') | ident }} as w
        where w.source_id = any(_v_own) and {{ root.primary_key | matches('w', 't') }}
    )
{%- endif %};
