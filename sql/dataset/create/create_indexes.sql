{%- for index in table.indexes %}
{%- if building %}
begin
{% filter indent(4, true) %}{% include 'create/create_index.sql' %}{% endfilter %}
    comment on index {{ schema | ident }}.{{ index | index_name(table) | ident }} is
    {{ index | index_comment | sentence }};
exception
    when program_limit_exceeded or data_exception then
        perform loader.report_index(
            {{ dataset.name | literal }}, {{ table.name | literal }}, {{ index | index_name(table) | literal }}, sqlerrm
        );
end;
{%- else %}
{% include 'create/create_index.sql' %}
comment on index {{ schema | ident }}.{{ index | index_name(table) | ident }} is
{{ index | index_comment | sentence }};
{%- endif %}
{%- endfor %}
