insert into {{ build | ident }}.{{ table.name | ident }} (
    {{ table | target_columns | quoted | filled(4) }}
)
select
    {{ table | row_columns | quoted('r') | filled(4) }},
    {{ 'r._source, r._record, r._hash' if table.is_root else 'loader.record_id(c.source_before, c.record_before)' }}
from {{ history | ident }}.{{ (root.name ~ '_change') | ident }} as c
cross join lateral {{ table | stored('c.before') }} as r (
    {{ table | declared(marks) | lines(4) }}
)
where c.load_id = _p_undone and c.op not in ('insert', 'same');
