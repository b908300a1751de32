with overruled as materialized (
    select o.*
    from loader.overruled_sources(_p_load, {{ entity.name | literal }}) as o
), rejected as materialized (
    -- A load that has the key in another file has decided all the same, and so has one whose record was corrected
    -- and replayed since, unless that was replaced.
    select distinct
        r.load_id,
        {{ root.primary_key | quoted('r') | lines(8) }}
    from {{ stage | ident }}.{{ ('rejected_' ~ root.name) | ident }}(
        array(select distinct o.load_id from overruled as o)
    ) as r
    inner join loader.source as s on s.source_id = r.source_id
    inner join loader.load as d on d.load_id = r.load_id
    where not exists (
        select 1
        from {{ history | ident }}.{{ (root.name ~ '_version') | ident }} as v
        inner join loader.source as n on n.source_id = v.source_id
        inner join loader.load as l on l.load_id = n.load_id
        where
            {{ root.primary_key | matches('v', 'r') }}
            and (l.load_id = _p_load or l.state = 'done')
            and (d.mode <> 'replace' or l.load_id >= d.load_id)
            and (
                n.load_id = r.load_id
                or loader.is_replay(n.name) and n.series = s.series
                and n.priority = s.priority and n.snapshot is not distinct from s.snapshot
            )
    )
)
select
    o.source_id,
    o.place,
    o.series,
    {{ root.primary_key | quoted('r') | lines(4) }}
from overruled as o
inner join rejected as r on r.load_id = o.load_id
group by o.source_id, o.place, o.series, {{ root.primary_key | idents('r') }}
having count(*) = (
    select count(*) from overruled as m
    where m.source_id = o.source_id
);
