{%- if picking %}
-- Rows that changed records no longer have, but to which other tables refer.
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
{%- else %}
delete from {{ target | ident }}.{{ table.name | ident }} as t
{%- endif %}
    where
        ({{ table.key | names | idents('t') }}) in (
{%- if chunked %}
            select * from unnest({{ table | updated | join(', ') }})
{%- else %}
            select {{ root.primary_key | idents('v') }}
            from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
            where v._outcome = any(_v_replaced)
{%- endif %}
        )
        and not exists (
            select 1 from {{ (stage if chunked else build) | ident }}.{{ table.name | ident }} as b
{%- if not chunked %}
            inner join {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v on v._rec = b._rec
{%- endif %}
            where
{%- if chunked %}
                b._slot = _p_slot and b._rec = any(_v_updated)
{%- else %}
                v._outcome = any(_v_replaced)
{%- endif %}
                and {{ table.primary_key | matches('b', 't', 16) }}
        )
{%- if picking %}
    offset 0
) as s;
{%- else %}
        and t.ctid <> all(_v_referenced)
{%- endif %}
