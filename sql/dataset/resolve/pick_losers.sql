with twice as (
    select {{ root.primary_key | idents('r') }}
    from {{ build | ident }}.{{ root.name | ident }} as r
    group by {{ root.primary_key | idents('r') }}
    having count(*) > 1
), ranked as (
    select
        r._source,
        r._record,
        row_number() over (
            partition by {{ root.primary_key | idents('r') }}
            order by {{ entity | winner_first('o.place', 'r._record', root | latest(entity, 'r')) }}
        ) as rank_of_version
    from {{ build | ident }}.{{ root.name | ident }} as r
    inner join twice as w on {{ root.primary_key | matches('w', 'r') }}
    inner join loader.source_ranks({{ dataset.name | literal }}, {{ entity.policy.name | literal }}) as o
        on o.source_id = r._source
)
select
    array_agg(r._source::bigint),
    array_agg(r._record),
    array_agg({{ root | record_id('r') }})
{{ ['_v_sources', '_v_records', '_v_losers'] | into }}
from ranked as r
where r.rank_of_version > 1;
