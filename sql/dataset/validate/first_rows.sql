delete from {{ stage | ident }}.{{ (table.name ~ '_text') | ident }} as s
using (
    select
        {{ row_key | quoted('r') | lines(8) }},
        row_number() over (
            partition by {{ row_key[:-1] | idents('r') }}
            order by
                {{ table.order_of_rows }},
                {{ table.ordinals[-1:] | idents('r') }}
        ) as _nth
    from (
        select
            {{ table | ordered('d') | lines(12) }},
            d._rec
        from (
            select
                {{ table | data_columns('s') | lines(16) }},
                s._rec
            from {{ stage | ident }}.{{ (table.name ~ '_text') | ident }} as s
            where
                s._slot = _p_slot
                and s._rec <> all(_v_rejected)
{%- if entity.where %}
                and s._rec <> all(_v_filtered)
{%- endif %}
            offset 0
        ) as d
    ) as r
{%- if table | computed(table.order_of_rows) %}
    cross join lateral (  -- noqa: ST05
        select
            {{ table | computed(table.order_of_rows) | lines(12) }}
    ) as e
{%- endif %}
) as o
where
    s._slot = _p_slot
    and {{ row_key | matches('s', 'o', 4) }}
    and o._nth > 1;
