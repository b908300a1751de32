-- The condition cannot be evaluated for every row: one by one, so that only the records with such rows are
-- rejected.
_v_rows := 0;
for _v_row in
    select
        {{ table | data_columns('s') | lines(8) }},
        s._rec,
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
        select ({{ table.where }}) is true
        into _v_holds
        from (
            select
                {{ table | fields('_v_row') | lines(16) }}
        ) as r
{%- if table | computed(table.where) %}
        cross join lateral (
            select
                {{ table | computed(table.where) | lines(16) }}
        ) as e
{%- endif %};
        if not _v_holds then
            delete from {{ stage | ident }}.{{ (table.name ~ '_text') | ident }} as s
            where
                s._slot = _p_slot
                and {{ row_key | matches('s', '_v_row', 16) }};
            _v_rows := _v_rows + 1;
        end if;
    exception
        when {{ undecidable }} then
{%- with by_row = true, message = "sqlerrm || ', so where cannot be evaluated: '\n    || " ~ (table.where | sentence) %}
{% filter indent(12, true) %}{% include 'validate/reject_checks.sql' %}{% endfilter %}
{%- endwith %}
    end;
end loop;
