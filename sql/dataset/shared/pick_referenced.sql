-- Rows that changed records no longer have, but that others refer to.
select coalesce(
    array_agg(s.place) filter (
        where loader.is_referenced({{ (target | ident ~ '.' ~ table.name | ident) | literal }}::regclass, s.place)
    ),
    '{}'
)
{{ ['_v_referenced'] | into }}
from (
    select t.ctid as place
    from {{ target | ident }}.{{ table.name | ident }} as t
    where
{%- if staged %}
        ({{ table.key | names | idents('t') }}) in (
            select * from unnest({{ table | updated | join(', ') }})
        )
        and not exists (
            select 1 from {{ stage | ident }}.{{ table.name | ident }} as s
            where
                s._slot = _p_slot
                and s._rec = any(_v_updated)
                and {{ table.primary_key | matches('s', 't', 16) }}
        )
{%- else %}
        ({{ table.key | names | idents('t') }}) in (
            select {{ root.primary_key | idents('v') }}
            from {{ stage | ident }}.{{ (root.name ~ '_verdict') | ident }} as v
            where v._outcome = 'u'
        )
        and not exists (
            select 1 from {{ build | ident }}.{{ table.name | ident }} as b
            inner join {{ stage | ident }}.{{ (root.name ~ '_verdict') | ident }} as v on v._rec = b._rec
            where v._outcome = 'u' and {{ table.primary_key | matches('b', 't', 12) }}
        )
{%- endif %}
    offset 0
) as s;
