-- The condition cannot be evaluated for every record: one by one, so that only such records are
-- rejected.
_v_filtered := '{}';
for _v_row in
    select
        {{ root | data_columns('s') | lines(8) }},
        {{ root | record_number('s') }} as _record_number,
        {{ root | record_id('s') }} as _rec_id
    from {{ stage | ident }}.{{ (root.name ~ '_text') | ident }} as s
    where
        s._slot = _p_slot
        and {{ root | record_id('s') }} <> all(_v_rejected)
{%- if entity.is_removable %}
        and s._hash <> loader.removed_hash()
{%- endif %}
loop
    begin
        select ({{ entity.where }}) is true
        into _v_holds
        from (
            select
                {{ root | fields('_v_row') | lines(16) }}
        ) as r
{%- if root | computed(entity.where) %}
        cross join lateral (
            select
                {{ root | computed(entity.where) | lines(16) }}
        ) as e
{%- endif %};
        if not _v_holds then
            _v_filtered := _v_filtered || _v_row._rec_id;
        end if;
    exception
        when {{ undecidable }} then
{%- with table = root, by_row = true, message = "sqlerrm || ', so where cannot be evaluated: '\n    || " ~ (entity.where | sentence) %}
{% filter indent(12, true) %}{% include 'validate/reject_checks.sql' %}{% endfilter %}
{%- endwith %}
    end;
end loop;
