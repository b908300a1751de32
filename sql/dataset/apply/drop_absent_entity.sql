create or replace procedure {{ stage | ident }}.{{ ('drop_absent_' ~ root.name) | ident }}(_p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- {{ 'Marks' if marks else 'Deletes' }} the rows that are missing according to {{ root.name }}_decision. Called by
-- apply_{{ root.name }} and loader.remove_absent_after_chunks.
#variable_conflict use_column
begin
    if not exists (
        select 1 from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
        where v._outcome = 'g'
    ) then
        return;
    end if;
{%- if marks %}
{% filter indent(4, true) %}{% include 'apply/mark_absent.sql' %}{% endfilter %}
{%- else %}
{%- with outcome = 'g' %}
{%- for table in (tables | reverse | list) + [root] %}
{% filter indent(4, true) %}{% include 'apply/clear_decided.sql' %}{% endfilter %}
{%- endfor %}
{%- endwith %}
{%- endif %}
end
$$;
comment on procedure {{ stage | ident }}.{{ ('drop_absent_' ~ root.name) | ident }}(bigint) is
'{{ 'Marks' if marks else 'Deletes' }} the {{ root.name }} rows that a full snapshot lacks.';
