-- Chunks that read the winner of a key and found it unchanged, and so did not write it, before or while
-- an older version of the same load was written over the row that the winner equals.
select coalesce(array_agg(distinct r.chunk_id), '{}')
{{ ['_v_chunks'] | into }}
from {{ stage | ident }}.{{ ('ranked_' ~ root.name) | ident }}(_p_load) as r
inner join {{ target | ident }}.{{ root.name | ident }} as t on {{ root.primary_key | matches('t', 'r') }}
where
    r.rank_of_version = 1
    and t._source >= _p_first
    and (t._source, t._record) <> (r.source_id, r.record);
