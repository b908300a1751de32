insert into {{ build | ident }}.{{ table.name | ident }} (
    {{ table | target_columns | quoted | filled(4) }}
)
select
    {{ table | row_columns | quoted('r') | filled(4) }},
    loader.record_id(c._source, c._record)
from {{ stage | ident }}.{{ (root.name ~ '_composed') | ident }} as c
cross join lateral jsonb_to_recordset(c._content -> 'children' -> {{ table.name | literal }})
    as r ({{ table | typed | filled(10) }});
