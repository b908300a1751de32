select count(*)
{{ ['_v_kept'] | into }}
from {{ target | ident }}.{{ root.name | ident }} as t
where
    ({{ root.primary_key | idents('t') }}) in (
        select {{ root.primary_key | idents('r') }}
        from {{ stage | ident }}.{{ ('rejected_' ~ root.name) | ident }}(array[_p_load]) as r
    )
    and t._source not in (
        select s.source_id from loader.source as s
        where s.load_id = _p_load
    )
    and not exists (
        select 1 from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
        where
            (v._chunk is not null or v._outcome in ('g', 'x'))
            and {{ root.primary_key | matches('v', 't') }}
    )
    and not exists (
        select 1
        from loader.chunk as c
        inner join {{ stage | ident }}.{{ (root.name ~ '_key_log') | ident }} as s on s.chunk_id = c.chunk_id
        cross join lateral unnest({{ root.primary_key | idents('s') }}) as u ({{ root.primary_key | idents }})
        where c.load_id = _p_load and {{ root.primary_key | matches('u', 't') }}
    );
