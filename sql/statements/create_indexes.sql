{%- for index in table.indexes %}
create index {{ index | index_name(table) | ident }} on {{ schema | ident }}.{{ table.name | ident }}
using {{ index.using | ident }} (
    {% if index.expression %}{{ index.expression }}{% else %}{{ index.columns | idents }}{% endif %}
);
comment on index {{ schema | ident }}.{{ index | index_name(table) | ident }} is
{{ index | index_comment | sentence }};
{%- endfor %}
