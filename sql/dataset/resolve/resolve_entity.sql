create or replace procedure {{ stage | ident }}.{{ ('resolve_' ~ root.name) | ident }}(_p_load bigint, inout _p_held jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Removes from the build every version of a {{ root.name }} but the winner, with its children. _p_held: numbers of rows
-- of each table, which decrease. Called by loader.resolve_build when every chunk is done.
#variable_conflict use_column
declare
    _v_sources bigint[];
    _v_records bigint[];
    _v_losers bigint[];
    _v_rows bigint;
begin
{%- if entity.is_removable %}
{%- with building = true %}
{% filter indent(4, true) %}{% include 'apply/keep_removed.sql' %}{% endfilter %}
{%- endwith %}
{%- endif %}
{% filter indent(4, true) %}{% include 'resolve/pick_losers.sql' %}{% endfilter %}
    if _v_losers is not null then
        update loader.load as l set conflicts = l.conflicts + cardinality(_v_losers) where l.load_id = _p_load;
{%- with lost = 'resolve/list_losers.sql' %}
{% filter indent(8, true) %}{% include 'shared/sample_conflicts.sql' %}{% endfilter %}
{%- endwith %}
{%- for table in tables %}
{% filter indent(8, true) %}{% include 'resolve/delete_losers.sql' %}{% endfilter %}
        get diagnostics _v_rows = row_count;
        _p_held := loader.add_counts(_p_held, jsonb_build_object({{ table.name | literal }}, -_v_rows));
{%- endfor %}
        perform loader.count_losers(_v_sources, _v_records);
    end if;
{%- if entity.is_removable %}
{% filter indent(4, true) %}{% include 'resolve/pick_removals.sql' %}{% endfilter %}
    if _v_losers is not null then
{%- with table = root %}
{% filter indent(8, true) %}{% include 'resolve/delete_losers.sql' %}{% endfilter %}
{%- endwith %}
        get diagnostics _v_rows = row_count;
        _p_held := loader.add_counts(_p_held, jsonb_build_object({{ root.name | literal }}, -_v_rows));
        perform loader.count_removals(_v_sources, _v_records);
    end if;
{%- endif %}
end
$$;
comment on procedure {{ stage | ident }}.{{ ('resolve_' ~ root.name) | ident }}(bigint, jsonb) is
'Removes from the build every version of a {{ root.name }} but the winner.';
