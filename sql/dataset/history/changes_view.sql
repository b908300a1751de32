{%- for root in dataset.tables | selectattr('is_root') %}
select
    c.load_id,
    {{ root.entity | literal }} as entity,
    jsonb_build_object(
{%- for name in root.primary_key %}
        {{ name | literal }}, c.{{ name | ident }}{{ ',' if not loop.last }}
{%- endfor %}
    ) as key,
    c.op,
    c.columns,
    b.name as source_before,
    c.record_before,
    a.name as source_after,
    c.record_after,
    c.before
from {{ history | ident }}.{{ (root.name ~ '_change') | ident }} as c
left join loader.source as b on b.source_id = c.source_before
left join loader.source as a on a.source_id = c.source_after
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
