create or replace procedure {{ stage | ident }}.{{ ('apply_' ~ root.name) | ident }}(_p_load bigint, _p_history boolean)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Writes the decisions in {{ root.name }}_decision into {{ target }}, by difference, and records the changes.
-- _p_history: whether the previous versions are kept. Called by loader.apply_load, in the transaction that makes the
-- load visible, and by loader.rollback.
{%- if tables %}
declare
    _v_referenced tid[];
    _v_replaced text[] := '{u}';
{%- endif %}
begin
{% filter indent(4, true) %}{% include 'apply/record_changes.sql' %}{% endfilter %}
    if _p_history then
        perform loader.keep_users_columns(_p_load, {{ entity.name | literal }});
    end if;
{% filter indent(4, true) %}{% include 'apply/apply_root.sql' %}{% endfilter %};
{%- if tables %}
    if exists (
        select 1 from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
        where v._outcome = 'i'
    ) then
        begin
{%- for table in tables %}
{% filter indent(12, true) %}{% include 'apply/apply_new_child.sql' %}{% endfilter %}
{%- endfor %}
        exception
            when unique_violation then
                -- Somebody has deleted roots without their children: these are replaced like those of updated roots.
                _v_replaced := '{u,i}';
        end;
    end if;
    if exists (
        select 1 from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
        where v._outcome = any(_v_replaced)
    ) then
{%- for table in tables %}
{%- with place = loop.index %}
        _v_referenced := '{}';
        if loader.reference_guard({{ (target | ident ~ '.' ~ table.name | ident) | literal }}::regclass, 't') <> '' then
{%- with picking = true %}
{% filter indent(12, true) %}{% include 'apply/surplus_child.sql' %}{% endfilter %}
{%- endwith %}
            perform loader.report_surplus(_p_load, {{ table.name | literal }}, cardinality(_v_referenced));
        end if;
{%- for writing in ('apply/surplus_child.sql', 'apply/apply_changed_child.sql') %}
{% filter indent(8, true) %}{% include 'apply/note_touched.sql' %}{% endfilter %}
{%- endfor %}
{%- endwith %}
{%- endfor %}
{% filter indent(8, true) %}{% include 'shared/name_touched.sql' %}{% endfilter %}
    end if;
{%- endif %}
    call {{ stage | ident }}.{{ ('drop_absent_' ~ root.name) | ident }}(_p_load);
    if exists (
        select 1 from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
        where v._outcome = 'x'
    ) then
{%- with outcome = 'x' %}
{%- for table in (tables | reverse | list) + [root] %}
{% filter indent(8, true) %}{% include 'apply/clear_decided.sql' %}{% endfilter %}
{%- endfor %}
{%- endwith %}
    end if;
{% filter indent(4, true) %}{% include 'apply/count_outcomes.sql' %}{% endfilter %}
{%- if entity.is_removable %}
{%- with building = false %}
{% filter indent(4, true) %}{% include 'apply/keep_removed.sql' %}{% endfilter %}
{%- endwith %}
{%- endif %}
{%- if entity.policy.keeps_versions %}
{% filter indent(4, true) %}{% include 'compose/count_lost.sql' %}{% endfilter %}
{%- with lost = 'compose/list_met.sql' %}
{% filter indent(4, true) %}{% include 'shared/sample_conflicts.sql' %}{% endfilter %}
{%- endwith %}
{%- else %}
{% filter indent(4, true) %}{% include 'apply/note_confirmed.sql' %}{% endfilter %}
{%- with lost = 'apply/list_lost.sql' %}
{% filter indent(4, true) %}{% include 'shared/sample_conflicts.sql' %}{% endfilter %}
{%- endwith %}
{%- endif %}
end
$$;
comment on procedure {{ stage | ident }}.{{ ('apply_' ~ root.name) | ident }}(bigint, boolean) is
'Writes what was decided about {{ root.name }} records into the tables, by difference.';
