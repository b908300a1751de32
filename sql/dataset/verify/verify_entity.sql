create or replace function {{ stage | ident }}.{{ ('unkept_' ~ root.name) | ident }}(_p_load bigint)
returns table (table_name text, found bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Rows of each table of {{ root.name }} that are not as apply_{{ root.name }} has written them: missing, with another
-- key, surplus, or not updated. Called by loader.assert_applied if users have triggers or rules.
#variable_conflict use_column
begin
    return query
{% filter indent(4, true) %}{% include 'verify/find_altered_roots.sql' %}{% endfilter %}
{%- for table in tables %}
    return query
{% filter indent(4, true) %}{% include 'verify/find_altered_children.sql' %}{% endfilter %}
{%- endfor %}
end
$$;
comment on function {{ stage | ident }}.{{ ('unkept_' ~ root.name) | ident }}(bigint) is
'Rows of each table of {{ root.name }} that are not as they were written.';
create or replace function {{ stage | ident }}.{{ ('staying_' ~ root.name) | ident }}()
returns table (table_name text, found bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Rows of each table of {{ root.name }} that {{ root.name }}_decision deletes, but that still exist. Called by
-- loader.assert_applied if users have triggers or rules.
#variable_conflict use_column
begin
{%- for table in [root] + (tables | list) %}
    return query
    select
        {{ table.name | literal }}::text,
        count(*)
    from {{ target | ident }}.{{ table.name | ident }} as t
    inner join {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v on {{ table | belongs(root, 't', 'v') }}
    where
{%- if not marks %}
        v._outcome in ('g', 'x');
{%- elif table.is_root %}
        v._outcome = 'x' or v._outcome = 'g' and t._gone_since is null;
{%- else %}
        v._outcome = 'x';
{%- endif %}
{%- endfor %}
end
$$;
comment on function {{ stage | ident }}.{{ ('staying_' ~ root.name) | ident }}() is
'Rows of each table of {{ root.name }} that should have been deleted but were not.';
