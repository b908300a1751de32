delete from {{ stage | ident }}.{{ (table.name ~ '_text') | ident }} as s
where
    s._slot = _p_slot
    and s._rec <> all(_v_rejected)
{%- if entity.where %}
    and s._rec <> all(_v_filtered)
{%- endif %}
    and not exists (
        select 1 from {{ stage | ident }}.{{ (parent.name ~ '_text') | ident }} as p
        where
            p._slot = _p_slot
            and p._rec = s._rec
{%- for name in parent.ordinals %}
            and p.{{ name | ident }} = s.{{ table.ordinals[loop.index0] | ident }}
{%- endfor %}
    );
