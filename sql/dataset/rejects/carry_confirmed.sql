-- What a newer source has found unchanged is also the version of this source: an older one that is
-- loaded later must not change it, and the key log of the sources before a replace is forgotten.
update {{ build | ident }}.{{ root.name | ident }} as b
set _source = r.source_id, _record = r.record
from (
    select distinct on ({{ root.primary_key | idents('u') }})
        {{ root.primary_key | idents('u') }},
        c.source_id,
        u.record
    from {{ stage | ident }}.{{ (root.name ~ '_key_log') | ident }} as s
    inner join loader.chunk as c on c.chunk_id = s.chunk_id
    inner join loader.load as l on l.load_id = c.load_id and l.state = 'done'
    inner join loader.source_ranks({{ dataset.name | literal }}, {{ entity.policy.name | literal }}) as p
        on p.source_id = c.source_id
    cross join lateral unnest({{ root.primary_key | idents('s') }}, s.record, string_to_array(s.outcome, null))
        as u ({{ root.primary_key | idents }}, record, outcome)
    inner join {{ build | ident }}.{{ root.name | ident }} as k on {{ root.primary_key | matches('k', 'u') }}
    inner join loader.source as o on o.source_id = k._source
    inner join loader.source_ranks({{ dataset.name | literal }}, {{ entity.policy.name | literal }}) as w
        on w.source_id = k._source
    where
        position('n' in s.outcome) > 0
        and u.outcome = 'n'
        and k._source <> all(_v_own)
        and c.load_id > o.load_id
        and p.place > w.place
        and not loader.is_replaced(c.source_id)
    order by {{ root.primary_key | idents('u') }}, p.place desc, c.source_id desc, u.record desc
) as r
where {{ root.primary_key | matches('r', 'b') }};
