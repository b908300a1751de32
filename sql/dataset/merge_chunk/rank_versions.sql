-- The versions of keys that occurred more than once in a load, ranked in conflict order: rank 1 wins.
-- Most loads have none: then one pass over the keys is all.
with twice as materialized (
    select {{ root.primary_key | idents('u') }}
    from loader.chunk as c
    inner join {{ stage | ident }}.{{ (root.name ~ '_key_log') | ident }} as s on s.chunk_id = c.chunk_id
    cross join lateral unnest({{ root.primary_key | idents('s') }}) as u ({{ root.primary_key | idents }})
    where c.load_id = _p_load
    group by {{ root.primary_key | idents('u') }}
    having count(*) > 1
), places as materialized (
    select
        p.source_id,
        p.place
    from loader.source_ranks({{ dataset.name | literal }}, {{ entity.policy.name | literal }}) as p
), ranked as (
    select
        c.chunk_id,
        c.source_id,
        u.*,
        row_number() over (
            partition by {{ root.primary_key | idents('u') }}
            order by {{ entity | winner_first('o.place', 'u.record') }}
        ) as rank_of_version,
        bool_or(u.outcome = 'i') over (partition by {{ root.primary_key | idents('u') }}) as was_absent
    from loader.chunk as c
    inner join places as o on o.source_id = c.source_id
    inner join {{ stage | ident }}.{{ (root.name ~ '_key_log') | ident }} as s on s.chunk_id = c.chunk_id
    cross join lateral unnest({{ root.primary_key | idents('s') }}, s.record, string_to_array(s.outcome, null))
        as u ({{ root.primary_key | idents }}, record, outcome)
    inner join twice as w on {{ root.primary_key | matches('w', 'u') }}
    where c.load_id = _p_load
)
select
    r.chunk_id,
    r.source_id,
    {{ root.primary_key | idents('r') }},
    r.record,
    r.outcome,
    r.rank_of_version,
    r.was_absent
from ranked as r;
