-- Records that equal their rows, and so are not in the build, if their key occurred again.
with noted as not materialized (
    select
        c.chunk_id,
        c.source_id,
        u.*
    from loader.chunk as c
    inner join {{ stage | ident }}.{{ (root.name ~ '_key_log') | ident }} as s on s.chunk_id = c.chunk_id
    cross join lateral unnest({{ root.primary_key | idents('s') }}, s.record)
        as u ({{ root.primary_key | idents }}, record)
    where c.load_id = _p_load
), more_than_once as (
    select {{ root.primary_key | idents('n') }}
    from noted as n
    group by {{ root.primary_key | idents('n') }}
    having count(*) > 1
    union
    select {{ root.primary_key | idents('v') }}
    from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
)
insert into {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} (
    {{ root.primary_key | idents }}, _chunk, _source, _record, _rec, _hash, _place,
    {% if entity.policy.column %}_latest, _old_latest, {% endif %}_old_source, _old_record, _old_hash, _old_rank
)
select
    {{ root.primary_key | idents('n') }},
    n.chunk_id,
    n.source_id,
    n.record,
    loader.record_id(n.source_id, n.record),
    t._hash,
    p.place,
{%- if entity.policy.column %}
    t.{{ entity.policy.column | ident }},
    t.{{ entity.policy.column | ident }},
{%- endif %}
    t._source,
    t._record,
    t._hash as _old_hash,
    coalesce(o.place, -1) as _old_rank
from noted as n
inner join more_than_once as m on {{ root.primary_key | matches('m', 'n') }}
inner join {{ target | ident }}.{{ root.name | ident }} as t on {{ root.primary_key | matches('t', 'n') }}
inner join loader.source_ranks({{ dataset.name | literal }}, {{ entity.policy.name | literal }}) as p
    on p.source_id = n.source_id
left join loader.source_ranks({{ dataset.name | literal }}, {{ entity.policy.name | literal }}) as o
    on o.source_id = t._source;
