update loader.chunk as c
set nulled = c.nulled || n.counts
from (
    select
        '{}'::jsonb
{%- for columns in table | nulled('s') | batch(40) %}
        || jsonb_strip_nulls(jsonb_build_object(
{%- for column, condition in columns %}
            {{ (table.name ~ '.' ~ column) | literal }},
            nullif(count(*) filter (where {{ condition | indent(12) }}), 0){{ ',' if not loop.last }}
{%- endfor %}
        ))
{%- endfor %} as counts
    from {{ stage | ident }}.{{ (table.name ~ '_text') | ident }} as s
    where
        s._slot = _p_slot
        and {{ table | record_id('s') }} <> all(_v_rejected)
{%- if entity.where %}
        and {{ table | record_id('s') }} <> all(_v_filtered)
{%- endif %}
) as n
where c.chunk_id = _p_chunk and n.counts <> '{}';
