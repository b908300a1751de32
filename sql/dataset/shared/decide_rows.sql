insert into {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} (
    {{ root.primary_key | idents }}, _old_source, _old_record, _old_hash, _outcome
)
select
    {{ root.primary_key | idents('t') }},
    t._source,
    t._record,
    t._hash,
    {{ outcome | literal }}
from {{ target | ident }}.{{ root.name | ident }} as t
