select
    k._source,
    count(*) filter (where t._hash is null),
    count(*) filter (where t._hash = k._hash),
    count(*) filter (where t._hash <> k._hash)
from {{ stage | ident }}.{{ (root.name ~ '_key') | ident }} as k
left join {{ target | ident }}.{{ root.name | ident }} as t on {{ root.primary_key | matches('t', 'k') }}
group by k._source;
