-- The hashes of the rows before this load, in case they are written: its counts are against that state.
-- In key order, to avoid deadlocks with other workers.
insert into {{ stage | ident }}.{{ (root.name ~ '_before') | ident }} (load_id, {{ root.primary_key | idents }}, hash)
select
    _p_load,
    {{ root.primary_key | idents('t') }},
    t._hash
from {{ stage | ident }}.{{ root.name | ident }} as s
inner join {{ target | ident }}.{{ root.name | ident }} as t on {{ root.primary_key | matches('t', 's') }}
where s._slot = _p_slot and t._hash <> s._hash and t._source < _p_first
order by {{ root.primary_key | idents('t') }}
on conflict do nothing;
