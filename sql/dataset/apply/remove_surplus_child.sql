with removed as (
    delete from {{ target | ident }}.{{ table.name | ident }} as t
    where
        ({{ table.key | names | idents('t') }}) in (
            select {{ root.primary_key | idents('v') }}
            from {{ stage | ident }}.{{ (root.name ~ '_verdict') | ident }} as v
            where v._outcome = 'u'
        )
        and not exists (
            select 1 from {{ build | ident }}.{{ table.name | ident }} as b
            inner join {{ stage | ident }}.{{ (root.name ~ '_verdict') | ident }} as v on v._rec = b._rec
            where v._outcome = 'u' and {{ table.primary_key | matches('b', 't', 12) }}
        )
        and t.ctid <> all(_v_referenced)
    returning {{ table.key | names | idents('t') }}
)
insert into {{ stage | ident }}.{{ (root.name ~ '_touched') | ident }} ({{ root.primary_key | idents }}, _table)
select distinct
    {{ table.key | names | idents('r') }},
    {{ place }}
from removed as r;
