-- Records that a newer full snapshot lacked were deleted by then.
select coalesce(array_agg(s._record order by s._record), '{}')
{{ ['_v_writing'] | into }}
from {{ stage | ident }}.{{ root.name | ident }} as s
inner join {{ target | ident }}.{{ root.name | ident }} as t on {{ root.primary_key | matches('t', 's') }}
where s._slot = _p_slot and s._record = any(_v_writing);
