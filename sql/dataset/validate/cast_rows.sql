insert into {{ destination | ident }}.{{ table.name | ident }} (
    {% if slotted %}_slot, {% endif %}{{ table | staged_columns | quoted | filled(4) }}
)
select
{%- if slotted %}
    _p_slot,
{%- endif %}
    {{ table | cast_columns('s') | lines(4) }}
from {{ stage | ident }}.{{ (table.name ~ '_text') | ident }} as s
where
    s._slot = _p_slot
    and {{ table | record_id('s') }} <> all(_v_rejected)
{%- if entity.where %}
    and {{ table | record_id('s') }} <> all(_v_filtered)
{%- endif %};
