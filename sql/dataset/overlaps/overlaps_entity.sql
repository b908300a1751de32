create or replace function {{ stage | ident }}.{{ ('overlaps_' ~ root.name) | ident }}(_p_sample integer)
returns table (source integer, other_source integer, keys bigint, sample text [])
language sql
stable
set search_path = pg_catalog, pg_temp
set enable_nestloop = off
set enable_mergejoin = off
as $$
    -- Pairs of sources that share {{ root.name }} keys; a source beside itself: keys that come more than once in it.
    -- Keys that come once are left out by hashing, before anything else is done. Nothing is known of these tables to
    -- the planner, hence no joins that are quick for a few rows only.
{% filter indent(4, true) %}{% include 'overlaps/pair_sources.sql' %}{% endfilter %}
$$;
comment on function {{ stage | ident }}.{{ ('overlaps_' ~ root.name) | ident }}(integer) is
'Pairs of sources that share {{ root.name }} keys, of those noted by the last `loader conflicts`.';
