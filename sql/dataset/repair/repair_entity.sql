create or replace procedure {{ stage | ident }}.{{ ('repair_' ~ root.name) | ident }}(
    _p_load bigint, inout _p_found jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- For a repair: compares the rows of each {{ root.name }} whose hash is that of its record with the record, and has
-- those that differ written again. Rows that have a source of the load, but are not in its files, are deleted.
-- _p_found: {table: {missing, differing, surplus}}, to which this adds. Called by loader.apply_load and
-- loader.check_repair, after decide_{{ root.name }}. Writes {{ root.name }}_decision, {{ root.name }}_touched.
#variable_conflict use_column
declare
    _v_missing bigint;
    _v_differing bigint := 0;
    _v_surplus bigint := 0;
{%- if root.stored_columns or marks %}
    _v_rows bigint;
{%- endif %}
begin
    select count(*) into _v_missing
    from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
    where v._outcome = 'i';
{%- if not entity.policy.keeps_versions %}
{% filter indent(4, true) %}{% include 'repair/pick_other_hash.sql' %}{% endfilter %}
    get diagnostics _v_differing = row_count;
{% with among = 'files' %}{% filter indent(4, true) %}{% include 'decide/pick_absent.sql' %}{% endfilter %}{% endwith %}
    get diagnostics _v_surplus = row_count;
{%- endif %}
{%- if marks %}
    -- A mark for which no newer dump accounts. These rows are already decided to be written.
    select count(*) into _v_rows
    from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
    where v._outcome = 'u' and v._was_marked and v._old_hash = v._hash;
    _v_differing := _v_differing + _v_rows;
{%- endif %}
{%- if root.stored_columns %}
{% filter indent(4, true) %}{% include 'repair/find_differing_roots.sql' %}{% endfilter %}
    get diagnostics _v_rows = row_count;
    _v_differing := _v_differing + _v_rows;
{%- endif %}
    _p_found := _p_found || jsonb_build_object({{ root.name | literal }}, jsonb_build_object(
        'missing', _v_missing, 'differing', _v_differing, 'surplus', _v_surplus
    ));
{%- for table in tables %}
{%- with place = loop.index %}
{% filter indent(4, true) %}{% include 'repair/find_damaged_children.sql' %}{% endfilter %}
{%- endwith %}
    _p_found := _p_found || jsonb_build_object({{ table.name | literal }}, jsonb_build_object(
        'missing', _v_missing, 'differing', _v_differing, 'surplus', _v_surplus
    ));
{%- endfor %}
    update {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
    set _outcome = 'u'
    from {{ stage | ident }}.{{ (root.name ~ '_touched') | ident }} as d
    where v._outcome = 'n' and {{ root.primary_key | matches('d', 'v') }};
    truncate {{ stage | ident }}.{{ (root.name ~ '_touched') | ident }};
end
$$;
comment on procedure {{ stage | ident }}.{{ ('repair_' ~ root.name) | ident }}(bigint, jsonb) is
'For a repair: has rows of {{ root.name }} and its children written again that differ from their record.';
