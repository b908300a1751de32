create or replace procedure {{ stage | ident }}.{{ ('record_' ~ root.name) | ident }}(
    _p_load bigint,
    _p_history boolean,
    inout _p_deleted bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
-- Records what a publication is about to change in {{ root.name }} and its children: {{ target }} against {{ build }}.
-- _p_history: whether the previous versions are kept, and records recorded that only get another source. Called by
-- loader.record_replacement.
#variable_conflict use_column
begin
    _p_deleted := 0;
    if to_regclass({{ (target | ident ~ '.' ~ root.name | ident) | literal }}) is null then
{% filter indent(8, true) %}{% include 'history/note_first.sql' %}{% endfilter %}
        return;
    end if;
    truncate {{ stage | ident }}.{{ (root.name ~ '_touched') | ident }};
{% filter indent(4, true) %}{% include 'history/record_replaced.sql' %}{% endfilter %}
    if _p_history then
        perform loader.keep_users_columns(_p_load, {{ entity.name | literal }});
    end if;
{%- if tables %}
    if exists (
        select 1 from {{ history | ident }}.{{ (root.name ~ '_change') | ident }} as c
        where c.load_id = _p_load and c.op = 'update'
    ) then
{%- for table in tables %}
{%- with place = loop.index %}
{% filter indent(8, true) %}{% include 'history/touch_replaced.sql' %}{% endfilter %}
{%- endwith %}
{%- endfor %}
{% filter indent(8, true) %}{% include 'shared/name_touched.sql' %}{% endfilter %}
    end if;
{%- endif %}
    select count(*) into _p_deleted
    from {{ history | ident }}.{{ (root.name ~ '_change') | ident }} as c
    where c.load_id = _p_load and c.op = 'delete';
end
$$;
comment on procedure {{ stage | ident }}.{{ ('record_' ~ root.name) | ident }}(bigint, boolean, bigint) is
'Records what a publication is about to change in {{ root.name }} and its children.';
