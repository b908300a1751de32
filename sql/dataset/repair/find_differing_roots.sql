insert into {{ stage | ident }}.{{ (root.name ~ '_touched') | ident }} ({{ root.primary_key | idents }}, _table)
select
    {{ root.primary_key | idents('v') }},
    0
from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
inner join {{ build | ident }}.{{ root.name | ident }} as b on {{ root | record_id('b') }} = v._rec
inner join {{ target | ident }}.{{ root.name | ident }} as t on {{ root.primary_key | matches('t', 'v') }}
where
    v._outcome = 'n'
    and ({{ root.stored_columns | compared('t') | filled(4) }})
    is distinct from
    ({{ root.stored_columns | compared('b') | filled(4) }});
