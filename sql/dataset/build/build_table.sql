create or replace procedure {{ stage | ident }}.{{ ('build_' ~ table.name) | ident }}()
language plpgsql
set search_path = pg_catalog{{ ', public' if dataset | extensions }}, pg_temp
as $$
-- Makes {{ build }}.{{ table.name }} durable, with its key and indexes, in one rewrite.
#variable_conflict use_column
begin
{%- if table.computed %}
    perform loader.fix_generated({{ (build | ident ~ '.' ~ table.name | ident) | literal }});
{%- endif %}
    alter table {{ build | ident }}.{{ table.name | ident }}
{%- if not table.is_root %}
        drop column _rec,
{%- endif %}
{%- for column in table.columns if not column.stored %}
        drop column {{ column.name | ident }},
{%- endfor %}
        set logged,
        reset (autovacuum_enabled),
        add constraint {{ (table.name ~ '_pkey') | ident }}
            primary key ({{ table.primary_key | idents }});
{%- with schema = build, building = true %}
{% filter indent(4, true) %}{% include 'create/create_indexes.sql' %}{% endfilter %}
{% filter indent(4, true) %}{% include 'create/comment_table.sql' %}{% endfilter %}
{%- endwith %}
end
$$;
comment on procedure {{ stage | ident }}.{{ ('build_' ~ table.name) | ident }}() is
'Makes the new {{ table.name }} durable, with its key and indexes.';
