-- Other entities have rows, so this load is not the first one; all of its records are new.
insert into {{ history | ident }}.{{ (root.name ~ '_change') | ident }} (
    load_id, {{ root.primary_key | idents }}, op, source_after, record_after, hash_after
)
select
    _p_load,
    {{ root.primary_key | idents('b') }},
    'insert',
    b._source,
    b._record,
    b._hash
from {{ build | ident }}.{{ root.name | ident }} as b;
