-- A row that a source of another load found unchanged ranks as high as that source, as long as it is
-- still the row that the source found.
update {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
set _old_rank = greatest(v._old_rank, r.place)
from (
    select
        w._rec,
        max(p.place) as place
    from {{ stage | ident }}.{{ (root.name ~ '_key_log') | ident }} as s
    inner join loader.chunk as c on c.chunk_id = s.chunk_id
    inner join loader.source_ranks({{ dataset.name | literal }}, {{ entity.policy.name | literal }}) as p
        on p.source_id = c.source_id
    cross join lateral unnest({{ root.primary_key | idents('s') }}, string_to_array(s.outcome, null))
        as u ({{ root.primary_key | idents }}, outcome)
    inner join {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as w
        on {{ root.primary_key | matches('w', 'u') }}
    inner join loader.source as o on o.source_id = w._old_source
    where s.chunk_id = any(_v_confirming) and u.outcome = 'n' and c.load_id > o.load_id
    group by w._rec
) as r
where r._rec = v._rec;
