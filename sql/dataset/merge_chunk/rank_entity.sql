create or replace function {{ stage | ident }}.{{ ('ranked_' ~ root.name) | ident }}(_p_load bigint)
returns table (
    chunk_id bigint,
    source_id bigint,
{%- for column in root.key %}
    {{ column.name | ident }} {{ column | type }},
{%- endfor %}
    record bigint,
    outcome text,
    rank_of_version bigint,
    was_absent boolean
)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
{% filter indent(4, true) %}{% include 'merge_chunk/rank_versions.sql' %}{% endfilter %}
$$;
comment on function {{ stage | ident }}.{{ ('ranked_' ~ root.name) | ident }}(bigint) is
'Versions of {{ root.name }} keys that occurred more than once in a load, ranked in conflict order.';
create or replace function {{ stage | ident }}.{{ ('stale_' ~ root.name) | ident }}(_p_load bigint, _p_first bigint)
returns bigint []
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    _v_chunks bigint [];
begin
{% filter indent(4, true) %}{% include 'merge_chunk/pick_stale.sql' %}{% endfilter %}
    return _v_chunks;
end
$$;
comment on function {{ stage | ident }}.{{ ('stale_' ~ root.name) | ident }}(bigint, bigint) is
'Chunks to be merged again, because an older version replaced the {{ root.name }} row that their winner equals.';
create or replace function {{ stage | ident }}.{{ ('missing_' ~ root.name) | ident }}(_p_load bigint)
returns bigint []
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    _v_chunks bigint [];
begin
{% filter indent(4, true) %}{% include 'merge_chunk/pick_missing.sql' %}{% endfilter %}
    return _v_chunks;
end
$$;
comment on function {{ stage | ident }}.{{ ('missing_' ~ root.name) | ident }}(bigint) is
'Chunks to be loaded again, because somebody has deleted rows that their {{ root.name }} records equal.';
create or replace function {{ stage | ident }}.{{ ('strangers_' ~ root.name) | ident }}(_p_load bigint)
returns bigint
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    _v_rows bigint;
begin
{% filter indent(4, true) %}{% include 'merge_chunk/count_strangers.sql' %}{% endfilter %}
    return _v_rows;
end
$$;
comment on function {{ stage | ident }}.{{ ('strangers_' ~ root.name) | ident }}(bigint) is
'The number of {{ root.name }} rows that carry numbers of sources of a load which has not written them.';
