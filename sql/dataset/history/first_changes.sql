select distinct on ({{ root.primary_key | idents('c') }})
    {{ root.primary_key | idents('c') }},
    c.load_id,
    c.op,
    c.before
from {{ history | ident }}.{{ (root.name ~ '_change') | ident }} as c
where c.load_id = any(_v_later) and c.op <> 'same'
order by {{ root.primary_key | idents('c') }}, c.load_id
