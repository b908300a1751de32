create or replace function {{ stage | ident }}.{{ ('known_keys_' ~ root.name) | ident }}()
returns table (source integer, new bigint, same bigint, differing bigint)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set enable_nestloop = off
set enable_mergejoin = off
as $$
-- Compares the {{ root.name }} keys of the analysis with {{ target }}.{{ root.name }}, one row per source. Called by
-- loader.known_keys, if that table exists.
#variable_conflict use_column
begin
    return query
{% filter indent(4, true) %}{% include 'overlaps/compare_keys.sql' %}{% endfilter %}
end
$$;
comment on function {{ stage | ident }}.{{ ('known_keys_' ~ root.name) | ident }}() is
'Compares the {{ root.name }} keys of the last `loader conflicts` with those in {{ target }}.';
