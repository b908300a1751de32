create or replace procedure {{ stage | ident }}.{{ ('stage_' ~ way ~ '_' ~ root.name) | ident }}(
    p_chunk bigint,
    p_source bigint,
    p_slot integer,
    inout p_filtered bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Judges the {{ root.name }} records staged as text in a slot: what does not fit becomes a reject, the rest is cast
-- into {{ destination }}. Called by loader.stage_chunk, which holds the chunk's fence.
declare
    v_rejected bigint[] := '{}';
{%- if entity.where %}
    v_filtered bigint[] := '{}';
{%- endif %}
begin
{%- for table in tables if table | faults('s') %}
{% filter indent(4, true) %}{% include 'statements/reject_values.sql' %}{% endfilter %}
{%- endfor %}
{% filter indent(4, true) %}{% include 'statements/pick_rejected.sql' %}{% endfilter %}
{%- for table, rule in rules %}
{% filter indent(4, true) %}{% include 'statements/reject_checks.sql' %}{% endfilter %}
{%- endfor %}
{%- if rules %}
{% filter indent(4, true) %}{% include 'statements/pick_rejected.sql' %}{% endfilter %}
{%- endif %}
{%- if entity.where %}

{% filter indent(4, true) %}{% include 'statements/pick_filtered.sql' %}{% endfilter %}
{%- endif %}
{%- for table in tables %}
{% filter indent(4, true) %}{% include 'statements/cast_rows.sql' %}{% endfilter %}
{%- endfor %}
    p_filtered := {{ 'cardinality(v_filtered)' if entity.where else '0' }};
end
$$;
comment on procedure {{ stage | ident }}.{{ ('stage_' ~ way ~ '_' ~ root.name) | ident }}(bigint, bigint, integer, bigint) is
'Judges the {{ root.name }} records staged as text in a slot and casts the good ones.';
