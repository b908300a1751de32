-- Every record in the build, with the row that has its key in the tables.
with places as materialized (
    select
        p.source_id,
        p.place
    from loader.source_ranks({{ dataset.name | literal }}, {{ entity.policy.name | literal }}) as p
), planned as materialized (
    select c.* from loader.chunks_of_records(_p_load) as c
)
insert into {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} (
    {{ root.primary_key | idents }}, _chunk, _source, _record, _rec, _hash, _place, _staged,
    {% if entity.policy.column %}_latest, _old_latest, {% endif %}_old_source, _old_record, _old_hash, _old_rank,
    _was_marked
)
select
    {{ root.primary_key | idents('b') }},
    c.chunk_ids[width_bucket(b._record, c.first_records)],
    b._source,
    b._record,
    {{ root | record_id('b') }},
    b._hash,
    p.place,
    true,
{%- if entity.policy.column %}
    b.{{ entity.policy.column | ident }},
    t.{{ entity.policy.column | ident }},
{%- endif %}
    t._source as _old_source,
    t._record as _old_record,
    t._hash as _old_hash,
    coalesce(o.place, -1) as _old_rank,
    {{ 't._gone_since is not null' if marks else 'false' }}
from {{ build | ident }}.{{ root.name | ident }} as b
inner join planned as c on c.source_id = b._source
inner join places as p on p.source_id = b._source
left join {{ target | ident }}.{{ root.name | ident }} as t on {{ root.primary_key | matches('t', 'b') }}
left join places as o on o.source_id = t._source;
