-- An expression cannot be computed for every row: one by one, so that only the records with such rows are
-- rejected.
for _v_row in
    select
        {{ table | data_columns('s') | lines(8) }},
        {{ table | record_number('s') }} as _record_number
    from {{ stage | ident }}.{{ (table.name ~ '_text') | ident }} as s
    where
        s._slot = _p_slot
        and {{ table | record_id('s') }} <> all(_v_rejected)
{%- if entity.is_removable and table.is_root %}
        and s._hash <> loader.removed_hash()
{%- endif %}
{%- if entity.where %}
        and {{ table | record_id('s') }} <> all(_v_filtered)
{%- endif %}
loop
{%- for column in table.computed %}
    begin
        select ({{ column | computation }}) is null
        into _v_holds
        from (
            select
                {{ table | fields('_v_row') | lines(16) }}
        ) as r;
    exception
        when {{ undecidable }} then
{% filter indent(12, true) %}{% include 'validate/reject_expression.sql' %}{% endfilter %}
    end;
{%- endfor %}
end loop;
