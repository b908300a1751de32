-- Rejected records with a valid key are not missing: the row with this key stays.
update loader.reject as r set key = jsonb_build_object(
{%- for name in root.primary_key %}
    {{ name | literal }}, k.{{ name | ident }}{{ ',' if not loop.last }}
{%- endfor %}
)
from (
    select
        {{ keys | data_columns('s') | lines(8) }},
        s._record
    from {{ stage | ident }}.{{ (root.name ~ '_text') | ident }} as s
    where
        s._slot = _p_slot
        and {{ root | record_id('s') }} = any(_v_rejected)
        and not (
{%- for fault in keys | faults('s') if fault.reason != 'limit' %}
            {{ 'or ' if not loop.first }}coalesce({{ fault.broken | indent(12) }}, false)
{%- endfor %}
        )
    offset 0
) as k
where
    r.chunk_id = _p_chunk
    and r.record = k._record
{%- for name in root.primary_key %}
    and k.{{ name | ident }} is not null
{%- endfor %};
