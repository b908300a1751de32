-- What the load found unchanged counts no more, nor what later ones found so of the versions that are gone now.
delete from {{ stage | ident }}.{{ (root.name ~ '_seen') | ident }} as s
using loader.chunk as k
where k.chunk_id = s.chunk_id and k.load_id = _p_undone;
update {{ stage | ident }}.{{ (root.name ~ '_seen') | ident }} as s
set outcome = r.outcome
from (
    select
        n.chunk_id,
        string_agg(
            case when v._outcome is not null and u.outcome = 'n' then 'd' else u.outcome end, '' order by u.place
        ) as outcome
    from loader.load as d
    inner join loader.load as l on l.dataset = d.dataset and l.load_id > _p_undone
    inner join loader.chunk as k on k.load_id = l.load_id
    inner join {{ stage | ident }}.{{ (root.name ~ '_seen') | ident }} as n on n.chunk_id = k.chunk_id
    cross join lateral unnest({{ root.primary_key | idents('n') }}, string_to_array(n.outcome, null))
        with ordinality as u ({{ root.primary_key | idents }}, outcome, place)
    left join {{ stage | ident }}.{{ (root.name ~ '_verdict') | ident }} as v
        on {{ root.primary_key | matches('v', 'u') }}
    where d.load_id = _p_undone
    group by n.chunk_id
    having bool_or(v._outcome is not null and u.outcome = 'n')
) as r
where r.chunk_id = s.chunk_id;
