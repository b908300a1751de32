-- Rejected records with a valid key are not missing: the row with this key stays. The keys are looked up in
-- one object, because the planner expects one row, and would compute all keys again for each reject.
with found as materialized (
    select jsonb_object_agg(
        k._record::text,
        jsonb_build_object(
{%- for name in root.primary_key %}
            {{ name | literal }}, k.{{ name | ident }}{{ ',' if not loop.last }}
{%- endfor %}
        )
    ) as keys
    from (
        select
            {{ keys | data_columns('s') | lines(12) }},
            s._record
        from {{ stage | ident }}.{{ (root.name ~ '_text') | ident }} as s
        where
            s._slot = _p_slot
            and {{ root | record_id('s') }} = any(_v_rejected)
            and not (
{%- for fault in keys | faults('s') if fault.reason != 'limit' %}
                {{ 'or ' if not loop.first }}coalesce({{ fault.broken | indent(16) }}, false)
{%- endfor %}
            )
        offset 0
    ) as k
    where
{%- for name in root.primary_key %}
        {{ 'and ' if not loop.first }}k.{{ name | ident }} is not null
{%- endfor %}
)
update loader.reject as r set key = f.keys -> r.record::text
from found as f
where r.chunk_id = _p_chunk and f.keys ? r.record::text;
