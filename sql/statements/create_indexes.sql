{%- for index in table.indexes %}
{% include 'statements/create_index.sql' %}
comment on index {{ schema | ident }}.{{ index | index_name(table) | ident }} is
{{ index | index_comment | sentence }};
{%- endfor %}
