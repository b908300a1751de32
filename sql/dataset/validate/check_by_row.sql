-- The rule cannot be evaluated for every row: one by one, so that only the records with such rows are
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
    begin
        select ({{ rule }}) is not false
        into _v_holds
        from (
            select
                {{ table | fields('_v_row') | lines(16) }}
        ) as r
{%- if table | computed(rule) %}
        cross join lateral (
            select
                {{ table | computed(rule) | lines(16) }}
        ) as e
{%- endif %};
        if not _v_holds then
{%- with by_row = true, message = ('the rule does not hold: ' ~ rule) | sentence %}
{% filter indent(12, true) %}{% include 'validate/reject_checks.sql' %}{% endfilter %}
{%- endwith %}
        end if;
    exception
        when {{ undecidable }} then
{%- with by_row = true, message = "sqlerrm || ', so the rule cannot be evaluated: '\n    || " ~ (rule | sentence) %}
{% filter indent(12, true) %}{% include 'validate/reject_checks.sql' %}{% endfilter %}
{%- endwith %}
    end;
end loop;
