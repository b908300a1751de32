create or replace function {{ history | ident }}.{{ (table.name ~ '_as_of') | ident }}(p_load bigint)
returns table (
    {{ table | declared(marks) | lines(4) }}
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- {{ table.name }} as it was after a load (0: before the first):
-- the current rows; for records that later loads changed, the version kept by the first of these.
-- Raises LD013, LD019.
#variable_conflict use_column
declare
    _v_later bigint[];
    _v_was_empty boolean;
begin
    select l.loads, l.was_empty into _v_later, _v_was_empty
    from loader.later_loads({{ dataset.name | literal }}, {{ entity.name | literal }}, p_load) as l;
    perform loader.assert_kept(f.load_id, p_load)
    from (
{% filter indent(8, true) %}{% include 'history/first_changes.sql' %}{% endfilter %}

    ) as f
    where f.op <> 'insert' and f.before is null
    limit 1;
    return query
{%- if table.is_root %}
{% filter indent(4, true) %}{% include 'history/root_as_of.sql' %}{% endfilter %}
{%- else %}
{% filter indent(4, true) %}{% include 'history/child_as_of.sql' %}{% endfilter %}
{%- endif %}
end
$$;
comment on function {{ history | ident }}.{{ (table.name ~ '_as_of') | ident }}(bigint) is
'{{ table.name }} as it was after a load.';
create or replace function {{ history | ident }}.{{ (table.name ~ '_as_of') | ident }}(p_at timestamptz)
returns table (
    {{ table | declared(marks) | lines(4) }}
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
-- {{ table.name }} as it was at a time: after the last load that had ended by then.
-- Raises LD013, LD019.
#variable_conflict use_column
begin
    return query
    select
        {{ table | kept(marks) | quoted('h') | filled(8) }}
    from {{ history | ident }}.{{ (table.name ~ '_as_of') | ident }}(loader.load_at({{ dataset.name | literal }}, p_at)) as h;
end
$$;
comment on function {{ history | ident }}.{{ (table.name ~ '_as_of') | ident }}(timestamptz) is
'{{ table.name }} as it was at a time.';
