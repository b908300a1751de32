create or replace procedure {{ stage | ident }}.{{ ('resolve_' ~ root.name) | ident }}(p_load bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Removes from the build every version of a {{ root.name }} but the winner, with its children.
-- Called by loader.resolve_build when every chunk is done.
declare
    v_sources bigint[];
    v_records bigint[];
    v_losers bigint[];
begin
{% filter indent(4, true) %}{% include 'statements/pick_losers.sql' %}{% endfilter %}
    if v_losers is null then
        return;
    end if;
{% filter indent(4, true) %}{% include 'statements/sample_losers.sql' %}{% endfilter %}
{%- for table in tables %}
{% filter indent(4, true) %}{% include 'statements/delete_losers.sql' %}{% endfilter %}
{%- endfor %}
    perform loader.count_losers(v_sources, v_records);
end
$$;
comment on procedure {{ stage | ident }}.{{ ('resolve_' ~ root.name) | ident }}(bigint) is
'Removes from the build every version of a {{ root.name }} but the winner.';
