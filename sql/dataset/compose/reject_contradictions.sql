-- All versions of a key about which the sources contradict each other: those that this load read, and
-- earlier ones that are withdrawn now.
insert into loader.reject (
    load_id, source_id, chunk_id, entity, record, reason, table_name, value, message
)
select
    _p_load,
    s._source,
    r._chunk,
    {{ entity.name | literal }},
    s._record,
    'conflict',
    {{ root.name | literal }},
    left(v.content::text, 1000),
    format(
        'the sources contradict each other on %s: %s',
        (select string_agg(format('%s %s', e.key, e.value), ', ') from jsonb_each_text(jsonb_build_object(
{%- for name in root.primary_key %}
            {{ name | literal }}, s.{{ name | ident }}{{ ',' if not loop.last }}
{%- endfor %}
        )) as e),
        (
            select
                string_agg(
                    format('%s record %s says %s', o.name, m._record, left(w.content::text, 500)),
                    '; ' order by m._place
                )
            from {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }} as m
            inner join {{ history | ident }}.{{ (root.name ~ '_version') | ident }} as w
                on {{ root.primary_key | matches('w', 'm') }} and w.source_id = m._source
            inner join loader.source as o on o.source_id = m._source
            where {{ root.primary_key | matches('m', 's') }} and m._place <= 4
        )
    )
from {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }} as s
inner join {{ history | ident }}.{{ (root.name ~ '_version') | ident }} as v
    on {{ root.primary_key | matches('v', 's') }} and v.source_id = s._source
left join {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as r
    on r._source = s._source and r._record = s._record
where
    s._contradicts
    and (
        r._chunk is not null
{%- if merging %}
        or exists (
            select 1 from {{ target | ident }}.{{ root.name | ident }} as t
            where {{ root.primary_key | matches('t', 's') }}
        )
{%- endif %}
    );
