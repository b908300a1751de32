-- Rows that were marked as deleted get their mark again, with its date.
update {{ target | ident }}.{{ root.name | ident }} as t
set _gone_since = (c.before -> 'row' ->> '_gone_since')::date
from {{ history | ident }}.{{ (root.name ~ '_change') | ident }} as c
where
    c.load_id = _p_undone
    and c.op in ('update', 'delete')
    and c.before -> 'row' ->> '_gone_since' is not null
    and {{ root.primary_key | matches('c', 't') }};
