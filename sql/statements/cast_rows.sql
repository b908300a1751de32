insert into {{ destination | ident }}.{{ table.name | ident }} (
    {% if slotted %}_slot, {% endif %}{{ table | row_columns | idents }}, {{ table | system_columns | idents }}
)
select
    {% if slotted %}p_slot, {% endif %}{{ table | row_columns | idents('r') }}, {{ table | system_columns | idents('r') }}
from (
    select {{ table | cast_columns('s') }}, {{ table | system_columns | idents('s') }}
    from {{ stage | ident }}.{{ (table.name ~ '_text') | ident }} as s
    where s._slot = p_slot and {{ table | record_id('s') }} <> all(v_rejected) and {{ table | record_id('s') }} <> all(v_filtered)
    offset 0
) as r
{%- if table.where %}
where ({{ table.where }})
{%- endif %};
