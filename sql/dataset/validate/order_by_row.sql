-- The order cannot be computed for every row: one by one, so that only the records with such rows are
-- rejected.
for _v_row in
    select
        {{ table | data_columns('s') | lines(8) }},
        {{ table | record_number('s') }} as _record_number
    from {{ stage | ident }}.{{ (table.name ~ '_text') | ident }} as s
    where
        s._slot = _p_slot
        and s._rec <> all(_v_rejected)
{%- if entity.where %}
        and s._rec <> all(_v_filtered)
{%- endif %}
loop
    begin
        select row_number() over (
            order by {{ table.order_of_rows }}
        ) > 0
        into _v_holds
        from (
            select
                {{ table | fields('_v_row') | lines(16) }}
        ) as r
{%- if table | computed(table.order_of_rows) %}
        cross join lateral (
            select
                {{ table | computed(table.order_of_rows) | lines(16) }}
        ) as e
{%- endif %};
    exception
        when {{ undecidable }} then
{%- with by_row = true, message = "sqlerrm || ', so first_by cannot be evaluated'" %}
{% filter indent(12, true) %}{% include 'validate/reject_checks.sql' %}{% endfilter %}
{%- endwith %}
    end;
end loop;
