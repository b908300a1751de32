begin
    -- All expressions for all rows, before any row is written.
    perform
{%- for column in table.computed %}
        count({{ column | computation }}){{ ',' if not loop.last }}
{%- endfor %}
    from (
        select
            {{ table | data_columns('s') | lines(12) }}
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
        offset 0
    ) as r;
exception
    when {{ undecidable }} then
{% filter indent(8, true) %}{% include 'validate/compute_by_row.sql' %}{% endfilter %}
end;
