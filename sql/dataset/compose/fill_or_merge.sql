-- A column gets the first value in conflict order; a child row is the first one with its key. Versions
-- contain no NULLs.
with chosen as materialized (
    select {{ root.primary_key | idents('m') }}, m._place, m._source, m._record
    from {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }} as m
{%- if not entity.policy.expressions %}
    where ({{ root.primary_key | idents('m') }}) in (
        select {{ root.primary_key | idents('n') }}
        from {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }} as n
        where n._place = 2
    )
{%- endif %}
), filled as (
    -- Of equal names, the last one remains.
    select
        {{ root.primary_key | idents('m') }},
        jsonb_object_agg(e.key, e.value order by m._place desc) as named
    from chosen as m
    inner join {{ history | ident }}.{{ (root.name ~ '_version') | ident }} as v
        on {{ root.primary_key | matches('v', 'm') }} and v.source_id = m._source
    cross join lateral jsonb_each(v.content -> 'row') as e (key, value)
    group by {{ root.primary_key | idents('m') }}
)
{%- for table in tables if table.ordinals %}, u{{ loop.index }} as (
    select distinct on ({{ root.primary_key | idents('m') }}, {{ table.ordinals | idents('o') }})
        {{ root.primary_key | idents('m') }},
        {{ table.ordinals | idents('o') }},
        e.item
    from chosen as m
    inner join {{ history | ident }}.{{ (root.name ~ '_version') | ident }} as v
        on {{ root.primary_key | matches('v', 'm') }} and v.source_id = m._source
    cross join lateral jsonb_array_elements(v.content -> 'children' -> {{ table.name | literal }}) as e (item)
    cross join lateral jsonb_to_record(e.item)
        as o (
{%- for name in table.ordinals %}
            {{ name | ident }} integer{{ ',' if not loop.last }}
{%- endfor %}
        )
    order by {{ root.primary_key | idents('m') }}, {{ table.ordinals | idents('o') }}, m._place
), c{{ loop.index }} as (
    select
        {{ root.primary_key | idents('u') }},
        jsonb_build_object(
            {{ table.name | literal }}, jsonb_agg(u.item order by {{ table.ordinals | idents('u') }})
        ) as named
    from u{{ loop.index }} as u
    group by {{ root.primary_key | idents('u') }}
)
{%- endfor %}
insert into {{ stage | ident }}.{{ (root.name ~ '_composed') | ident }} (
    {{ root.primary_key | idents }}, _source, _record, _content
)
select
    {{ root.primary_key | idents('s') }},
    s._source,
    s._record,
    jsonb_build_object(
        'row', r.named
{%- if entity.policy.expressions %}
        || jsonb_build_object(
{%- for name, expression in entity.policy.expressions %}
            {{ name | literal }}, (
                select to_jsonb({{ expression }})
                from (
                    select
                        m._place,
                        d.*
                    from {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }} as m
                    inner join {{ history | ident }}.{{ (root.name ~ '_version') | ident }} as w
                        on {{ root.primary_key | matches('w', 'm') }} and w.source_id = m._source
                    cross join lateral jsonb_to_record(w.content -> 'row')
                        as d ({{ root | typed | filled(30) }})
                    where {{ root.primary_key | matches('m', 's') }}
                    order by m._place
                ) as version
                limit 1
            ){{ ',' if not loop.last }}
{%- endfor %}
        )
{%- endif %},
        'children', '{}'::jsonb
{%- for table in tables if table.ordinals %}
        || coalesce(c{{ loop.index }}.named, '{}')
{%- endfor %}
    )
from chosen as s
inner join filled as r on {{ root.primary_key | matches('r', 's') }}
{%- for table in tables if table.ordinals %}
left join c{{ loop.index }} on {{ root.primary_key | matches('c' ~ loop.index, 's') }}
{%- endfor %}
where s._place = 1;
