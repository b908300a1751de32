-- The versions of keys that came more than once in a load, ranked by conflict order: place 1 wins.
with seen as (
    select
        c.chunk_id,
        c.source_id,
        u.*,
        substr(s.outcome, u.place::integer, 1) as outcome
    from loader.chunk as c
    inner join {{ stage | ident }}.{{ (root.name ~ '_seen') | ident }} as s on s.chunk_id = c.chunk_id
    cross join lateral unnest({{ root.primary_key | idents('s') }}, s.record)
        with ordinality as u ({{ root.primary_key | idents }}, record, place)
    where c.load_id = p_load
), twice as (
    select {{ root.primary_key | idents('s') }}
    from seen as s
    group by {{ root.primary_key | idents('s') }}
    having count(*) > 1
), ranked as (
    select
        s.*,
        row_number() over (
            partition by {{ root.primary_key | idents('s') }}
            order by
                o.priority desc,
                coalesce(o.snapshot, '-infinity') desc,
                o.name collate "C" desc,
                coalesce(o.sha256, '') desc,
                s.record desc
        ) as place_of_version,
        bool_or(s.outcome = 'i') over (partition by {{ root.primary_key | idents('s') }}) as was_absent
    from seen as s
    inner join twice as w on {{ root.primary_key | matches('w', 's') }}
    inner join loader.source as o on o.source_id = s.source_id
)
select
    r.chunk_id,
    r.source_id,
    {{ root.primary_key | idents('r') }},
    r.record,
    r.outcome,
    r.place_of_version,
    r.was_absent
from ranked as r;
