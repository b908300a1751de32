-- Records in which a replace changed nothing but their source.
with moved as (
    update {{ target | ident }}.{{ root.name | ident }} as t
    set _source = c.source_before, _record = c.record_before
    from {{ history | ident }}.{{ (root.name ~ '_change') | ident }} as c
    where c.load_id = _p_undone and c.op = 'same' and {{ root.primary_key | matches('c', 't') }}
    returning c.*
)
insert into {{ history | ident }}.{{ (root.name ~ '_change') | ident }} (
    load_id, {{ root.primary_key | idents }}, op,
    source_before, record_before, hash_before, source_after, record_after, hash_after
)
select
    _p_load,
    {{ root.primary_key | idents('m') }},
    'same',
    m.source_after,
    m.record_after,
    m.hash_after,
    m.source_before,
    m.record_before,
    m.hash_before
from moved as m;
