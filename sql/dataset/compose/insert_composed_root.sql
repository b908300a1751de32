insert into {{ build | ident }}.{{ root.name | ident }} (
    {{ root | staged_columns | quoted | filled(4) }}
)
select
    {{ root | row_columns | quoted('r') | filled(4) }},
    c._source,
    c._record,
    md5(c._content::text)::uuid
from {{ stage | ident }}.{{ (root.name ~ '_composed') | ident }} as c
cross join lateral jsonb_to_record(c._content -> 'row')
    as r ({{ root | typed | filled(10) }});
