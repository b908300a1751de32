create or replace function {{ stage | ident }}.{{ ('version_of_' ~ root.name) | ident }}(
{%- for column in root.key %}
    _p_{{ loop.index }} {{ column | type }}{{ ',' if not loop.last }}
{%- endfor %}
)
returns jsonb
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
-- A {{ root.name }} as it is in the tables, with its children: {"row": {…}, "children": {table: [{…}, …]}}.
#variable_conflict use_column
begin
    return (
        select jsonb_build_object('row', to_jsonb(t.*), 'children', '{}'::jsonb
    {%- for table in tables %}
            || coalesce((
                select jsonb_build_object({{ table.name | literal }}, jsonb_agg(
                    to_jsonb(c.*) order by {{ table.primary_key | idents('c') }}
                ))
                from {{ target | ident }}.{{ table.name | ident }} as c
                where
{%- for column in table.key %}
                    {{ 'and ' if not loop.first }}c.{{ column.name | ident }} = ${{ loop.index }}
{%- endfor %}
                having count(*) > 0
            ), '{}'::jsonb)
    {%- endfor %}
        )
        from {{ target | ident }}.{{ root.name | ident }} as t
        where {% for column in root.key %}t.{{ column.name | ident }} = ${{ loop.index }}{{ ' and ' if not loop.last }}{% endfor %}
    );
end
$$;
comment on function {{ stage | ident }}.{{ ('version_of_' ~ root.name) | ident }}(
    {{ root.key | map(attribute='sql_type') | join(', ') }}
) is
'A {{ root.name }} as it is in the tables, with its children, as JSON.';
