insert into {{ build | ident }}.{{ root.name | ident }} (
    {{ root | target_columns | quoted | filled(4) }}
)
select
    {{ root | composed('r', composing) | filled(4) }},
    c._source,
    c._record,
    md5(c._content::text)::uuid
from {{ stage | ident }}.{{ (root.name ~ '_composed') | ident }} as c
cross join lateral jsonb_to_record(c._content -> 'row')
    as r ({{ root | typed | filled(10) }});
