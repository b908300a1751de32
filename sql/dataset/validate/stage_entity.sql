{%- set computing = tables | selectattr('computed') | list -%}
{%- set choosing = tables | selectattr('parent') | selectattr('where') | list
    + (tables | selectattr('first_by') | rejectattr('where') | list) -%}
create or replace procedure {{ stage | ident }}.{{ ('stage_' ~ way ~ '_' ~ root.name) | ident }}(
    _p_chunk bigint,
    _p_source bigint,
    _p_slot integer,
    inout _p_filtered bigint,
    inout _p_rows jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Validates the {{ root.name }} records staged as text in a slot: values that do not fit become rejects, the others are
-- cast into {{ destination }}. Called by loader.stage_chunk, which has fenced the chunk.
#variable_conflict use_column
declare
    _v_rejected bigint[] := '{}';
    _v_rows bigint;
{%- if entity.where %}
    _v_filtered bigint[] := '{}';
{%- endif %}
{%- if entity.where or rules or computing or choosing %}
    _v_row record;
    _v_holds boolean;
{%- endif %}
begin
    _p_rows := '{}';
{%- for table in tables %}
{%- with broken = table | misfits('s') if entity.where or choosing else table | faults('s'), after_where = false %}
{%- if broken %}
{% filter indent(4, true) %}{% include 'validate/insert_rejects.sql' %}{% endfilter %}
{%- endif %}
{%- endwith %}
{%- endfor %}
{% filter indent(4, true) %}{% include 'validate/pick_rejected.sql' %}{% endfilter %}
{%- if entity.where %}
{%- if root | computed(entity.where) %}
{%- with table = root %}
{% filter indent(4, true) %}{% include 'validate/reject_uncomputed.sql' %}{% endfilter %}
{%- endwith %}
{% filter indent(4, true) %}{% include 'validate/pick_rejected.sql' %}{% endfilter %}
{%- endif %}

    begin
{% filter indent(8, true) %}{% include 'validate/pick_filtered.sql' %}{% endfilter %}
    exception
        when {{ undecidable }} then
{% filter indent(12, true) %}{% include 'validate/filter_by_row.sql' %}{% endfilter %}
    end;
{%- endif %}
{%- for table in choosing %}
{%- if table | computed(table.order_of_rows ~ ' ' ~ (table.where or '')) %}
{% filter indent(4, true) %}{% include 'validate/reject_uncomputed.sql' %}{% endfilter %}
{% filter indent(4, true) %}{% include 'validate/pick_rejected.sql' %}{% endfilter %}
{%- endif %}
{% filter indent(4, true) %}{% include 'validate/leave_out_rows.sql' %}{% endfilter %}
{% filter indent(4, true) %}{% include 'validate/pick_rejected.sql' %}{% endfilter %}
{%- endfor %}
{%- for table, parent in tables | pruned %}
{% filter indent(4, true) %}{% include 'validate/prune_rows.sql' %}{% endfilter %}
{%- endfor %}
{%- if entity.where or choosing %}
{%- for table in tables if table | broken_rules('s') %}
{%- with broken = table | broken_rules('s'), after_where = true %}
{% filter indent(4, true) %}{% include 'validate/insert_rejects.sql' %}{% endfilter %}
{%- endwith %}
{%- endfor %}
{% filter indent(4, true) %}{% include 'validate/pick_rejected.sql' %}{% endfilter %}
{%- endif %}
{%- for table in computing if not (table.is_root and entity.where and table | computed(entity.where)) %}
{% filter indent(4, true) %}{% include 'validate/reject_uncomputed.sql' %}{% endfilter %}
{%- if loop.last %}
{% filter indent(4, true) %}{% include 'validate/pick_rejected.sql' %}{% endfilter %}
{%- endif %}
{%- endfor %}
{%- for table, rule in rules %}
    begin
{%- with by_row = false, message = ('the rule does not hold: ' ~ rule) | sentence %}
{% filter indent(8, true) %}{% include 'validate/reject_checks.sql' %}{% endfilter %}
{%- endwith %}
    exception
        when {{ undecidable }} then
{% filter indent(12, true) %}{% include 'validate/check_by_row.sql' %}{% endfilter %}
    end;
{%- endfor %}
{%- if rules %}
{% filter indent(4, true) %}{% include 'validate/pick_rejected.sql' %}{% endfilter %}
{%- endif %}
    if _v_rejected <> '{}' then
{% filter indent(8, true) %}{% include 'validate/key_rejects.sql' %}{% endfilter %}
    end if;
{%- for table in tables %}
{% filter indent(4, true) %}{% include 'validate/cast_rows.sql' %}{% endfilter %}
    get diagnostics _v_rows = row_count;
    _p_rows := _p_rows || jsonb_build_object({{ table.name | literal }}, _v_rows);
{%- endfor %}
{%- for table in tables if table | nulled('s') %}
{% filter indent(4, true) %}{% include 'validate/count_nulled.sql' %}{% endfilter %}
{%- endfor %}
    _p_filtered := {{ 'cardinality(_v_filtered)' if entity.where else '0' }};
end
$$;
comment on procedure {{ stage | ident }}.{{ ('stage_' ~ way ~ '_' ~ root.name) | ident }}(bigint, bigint, integer, bigint, jsonb) is
'Validates the {{ root.name }} records staged as text in a slot and casts the valid ones.';
