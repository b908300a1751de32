create or replace function {{ stage | ident }}.{{ ('known_keys_' ~ root.name) | ident }}()
returns table (source integer, new bigint, same bigint, differing bigint)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set enable_nestloop = off
set enable_mergejoin = off
as $$
-- Compares the {{ root.name }} keys that were noted with {{ target }}.{{ root.name }}, a row a source.
-- Called by loader.known_keys, when that table is there.
#variable_conflict use_column
begin
    return query
{% filter indent(4, true) %}{% include 'overlaps/compare_keys.sql' %}{% endfilter %}
end
$$;
comment on function {{ stage | ident }}.{{ ('known_keys_' ~ root.name) | ident }}() is
'Compares the {{ root.name }} keys noted by the last `loader conflicts` with those in {{ target }}.';
