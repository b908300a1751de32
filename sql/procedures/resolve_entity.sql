create or replace procedure {{ stage | ident }}.{{ ('resolve_' ~ root.name) | ident }}(p_load bigint, inout p_held jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Removes from the build every version of a {{ root.name }} but the winner, with its children.
-- p_held: rows of each table, which become fewer. Called by loader.resolve_build when every chunk is done.
declare
    v_sources bigint[];
    v_records bigint[];
    v_losers bigint[];
    v_rows bigint;
begin
{% filter indent(4, true) %}{% include 'statements/pick_losers.sql' %}{% endfilter %}
    if v_losers is null then
        return;
    end if;
{% filter indent(4, true) %}{% include 'statements/sample_losers.sql' %}{% endfilter %}
{%- for table in tables %}
{% filter indent(4, true) %}{% include 'statements/delete_losers.sql' %}{% endfilter %}
    get diagnostics v_rows = row_count;
    p_held := loader.add_counts(p_held, jsonb_build_object({{ table.name | literal }}, -v_rows));
{%- endfor %}
    perform loader.count_losers(v_sources, v_records);
end
$$;
comment on procedure {{ stage | ident }}.{{ ('resolve_' ~ root.name) | ident }}(bigint, jsonb) is
'Removes from the build every version of a {{ root.name }} but the winner.';
