delete from {{ target | ident }}.{{ table.name | ident }} as t
where
{%- if table.key | length == 1 %}
    t.{{ table.key[0].name | ident }} = any(_v_updated_1)
{%- else %}
    ({{ table.key | names | idents('t') }}) in (
        select * from unnest({{ table | updated | join(', ') }})
    )
{%- endif %}
    and not exists (
        select 1 from {{ stage | ident }}.{{ table.name | ident }} as s
        where
            s._slot = _p_slot
            and s._rec = any(_v_updated)
            and {{ table.primary_key | matches('s', 't', 12) }}
    )
    and t.ctid <> all(_v_referenced);
