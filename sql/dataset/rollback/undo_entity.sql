create or replace procedure {{ stage | ident }}.{{ ('pick_undone_' ~ root.name) | ident }}(
    _p_undone bigint,
    _p_first boolean,
    inout _p_touched bigint,
    inout _p_keys text[]
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Puts into {{ root.name }}_decision what undoes the changes of load _p_undone. _p_first: that load found empty tables,
-- so all of its rows are deleted. _p_touched, _p_keys: the number of its records that are no longer as it left them,
-- and the first of these. Called by loader.rollback.
#variable_conflict use_column
declare
    _v_sources bigint[] := array(select s.source_id from loader.source as s where s.load_id = _p_undone);
begin
    truncate
        {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }},
        {{ stage | ident }}.{{ (root.name ~ '_touched') | ident }};
    if _p_first then
{% filter indent(8, true) %}{% include 'rollback/pick_first.sql' %}{% endfilter %}
{% filter indent(8, true) %}{% include 'rollback/find_first_touched.sql' %}{% endfilter %}
    else
{% filter indent(8, true) %}{% include 'rollback/pick_undone.sql' %}{% endfilter %}
{% filter indent(8, true) %}{% include 'rollback/find_touched.sql' %}{% endfilter %}
    end if;
    perform loader.gather_statistics(
        {{ (stage | ident ~ '.' ~ (root.name ~ '_decision') | ident) | literal }}::regclass
    );
end
$$;
comment on procedure {{ stage | ident }}.{{ ('pick_undone_' ~ root.name) | ident }}(bigint, boolean, bigint, text[]) is
'Decides how the changes of a load are undone; returns which records are no longer as it left them.';
create or replace procedure {{ stage | ident }}.{{ ('undo_' ~ root.name) | ident }}(
    _p_load bigint,
    _p_undone bigint,
    _p_history boolean,
    inout _p_left bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Writes what pick_undone_{{ root.name }} has decided, as load _p_load: puts the versions from before load _p_undone
-- into the build and applies them as those of any load. _p_left: rows that could not be restored, because foreign keys
-- of other tables refer to children, or because their source is not recorded. Called by loader.rollback.
#variable_conflict use_column
begin
{%- for table in [root] + (tables | list) if table.computed %}
    perform loader.fix_generated({{ (build | ident ~ '.' ~ table.name | ident) | literal }});
{%- endfor %}
{%- for table in [root] + (tables | list) %}
{% filter indent(4, true) %}{% include 'rollback/restore_versions.sql' %}{% endfilter %}
{%- endfor %}
    call {{ stage | ident }}.{{ ('apply_' ~ root.name) | ident }}(_p_load, _p_history);
{%- if marks %}
{% filter indent(4, true) %}{% include 'rollback/restore_marks.sql' %}{% endfilter %}
{%- endif %}
{% filter indent(4, true) %}{% include 'rollback/restore_sources.sql' %}{% endfilter %}
{% filter indent(4, true) %}{% include 'rollback/forget_confirmed.sql' %}{% endfilter %}
{% filter indent(4, true) %}{% include 'rollback/count_left.sql' %}{% endfilter %}
end
$$;
comment on procedure {{ stage | ident }}.{{ ('undo_' ~ root.name) | ident }}(bigint, bigint, boolean, bigint) is
'Restores the {{ root.name }} records that a load had changed.';
