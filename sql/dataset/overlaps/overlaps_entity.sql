create or replace function {{ stage | ident }}.{{ ('overlaps_' ~ root.name) | ident }}(_p_sample integer)
returns table (source integer, other_source integer, keys bigint, sample text [])
language sql
stable
set search_path = pg_catalog, pg_temp
set enable_nestloop = off
set enable_mergejoin = off
as $$
    -- Pairs of sources that share {{ root.name }} keys; a source paired with itself: keys that occur more than once in
    -- it. Keys that occur once are eliminated by hashing, before anything else is done. The planner has no statistics
    -- of these tables, so joins that are only quick for a few rows are disabled.
{% filter indent(4, true) %}{% include 'overlaps/pair_sources.sql' %}{% endfilter %}
$$;
comment on function {{ stage | ident }}.{{ ('overlaps_' ~ root.name) | ident }}(integer) is
'Pairs of sources that share {{ root.name }} keys of the last `loader conflicts`.';
