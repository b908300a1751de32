-- A newer full snapshot has decided about every key, except those that it rejected itself.
select coalesce(array_agg(s._record order by s._record), '{}')
{{ ['_v_writing'] | into }}
from {{ stage | ident }}.{{ root.name | ident }} as s
inner join {{ stage | ident }}.{{ ('undecided_' ~ root.name) | ident }}(_p_load) as u
    on u.source_id = s._source and {{ root.primary_key | matches('u', 's') }}
where s._slot = _p_slot and s._record = any(_v_writing);
