-- Sources with the same content for a key do not contradict each other, whatever their bytes.
update {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }} as s set _contradicts = true
from (
    select {{ root.primary_key | idents('m') }}
    from {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }} as m
    inner join {{ history | ident }}.{{ (root.name ~ '_version') | ident }} as v
        on {{ root.primary_key | matches('v', 'm') }} and v.source_id = m._source
    where ({{ root.primary_key | idents('m') }}) in (
        select {{ root.primary_key | idents('n') }}
        from {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }} as n
        where n._place = 2
    )
    group by {{ root.primary_key | idents('m') }}
    having count(distinct v.content) > 1
) as d
where {{ root.primary_key | matches('s', 'd') }};
