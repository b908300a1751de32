-- Rows that the sources do not agree about any more.
insert into {{ stage | ident }}.{{ (root.name ~ '_verdict') | ident }} (
    {{ root.primary_key | idents }}, _old_source, _old_record, _old_hash, _outcome
)
select
    {{ root.primary_key | idents('t') }},
    t._source,
    t._record,
    t._hash,
    'x'
from {{ target | ident }}.{{ root.name | ident }} as t
inner join {{ stage | ident }}.{{ (root.name ~ '_share') | ident }} as s on {{ root.primary_key | matches('s', 't') }}
where s._place = 1 and s._contradicts;
