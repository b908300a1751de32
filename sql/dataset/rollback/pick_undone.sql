-- What a load inserted is deleted, what it deleted comes back, all other rows become as they were.
insert into {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} (
    {{ root.primary_key | idents }}, _source, _record, _rec, _hash,
    _old_source, _old_record, _old_hash, _was_marked, _outcome
)
select
    {{ root.primary_key | idents('c') }},
    c.source_before,
    c.record_before,
    loader.record_id(c.source_before, c.record_before),
    c.hash_before,
    t._source,
    t._record,
    t._hash,
    c.op = 'mark' or '_gone_since' = any(coalesce(c.columns, '{}')),
    case c.op when 'insert' then 'x' when 'delete' then 'i' else 'u' end
from {{ history | ident }}.{{ (root.name ~ '_change') | ident }} as c
left join {{ target | ident }}.{{ root.name | ident }} as t on {{ root.primary_key | matches('t', 'c') }}
where c.load_id = _p_undone and c.op <> 'same';
