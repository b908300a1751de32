{#- Rows of a child table that its condition leaves out, or that are not the first ones of their parent row. -#}
{%- set row_key = ['_rec'] + (table.ordinals | list) -%}
{%- if table.where %}
begin
    delete from {{ stage | ident }}.{{ (table.name ~ '_text') | ident }} as s
    using (
        select
            {{ row_key | quoted('r') | lines(12) }}
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
        ) as r
{%- if table | computed(table.where) %}
        cross join lateral (
            select
                {{ table | computed(table.where) | lines(16) }}
        ) as e
{%- endif %}
        where ({{ table.where }}) is not true
    ) as o
    where
        s._slot = _p_slot
        and {{ row_key | matches('s', 'o', 8) }};
    get diagnostics _v_rows = row_count;
exception
    when {{ undecidable }} then
{% filter indent(8, true) %}{% include 'validate/leave_out_by_row.sql' %}{% endfilter %}
end;
update loader.chunk as c set nulled = c.nulled || jsonb_build_object({{ table.name | literal }}, _v_rows)
where c.chunk_id = _p_chunk and _v_rows > 0;
{%- endif %}
{%- if table.first_by %}
begin
{% filter indent(4, true) %}{% include 'validate/first_rows.sql' %}{% endfilter %}
exception
    when {{ undecidable }} then
{% filter indent(8, true) %}{% include 'validate/order_by_row.sql' %}{% endfilter %}
{% filter indent(8, true) %}{% include 'validate/pick_rejected.sql' %}{% endfilter %}
{% filter indent(8, true) %}{% include 'validate/first_rows.sql' %}{% endfilter %}
end;
{%- endif %}
