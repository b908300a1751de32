-- Chunks that found a record unchanged whose row somebody has deleted since.
select coalesce(array_agg(distinct s.chunk_id), '{}')
{{ ['_v_chunks'] | into }}
from loader.chunk as c
inner join {{ stage | ident }}.{{ (root.name ~ '_key_log') | ident }} as s on s.chunk_id = c.chunk_id
cross join lateral unnest({{ root.primary_key | idents('s') }}) as u ({{ root.primary_key | idents }})
where
    c.load_id = _p_load
    and not exists (
        select 1 from {{ target | ident }}.{{ root.name | ident }} as t
        where {{ root.primary_key | matches('t', 'u') }}
    );
