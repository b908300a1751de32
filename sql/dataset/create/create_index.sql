create index {{ index | index_name(table) | ident }} on {{ schema | ident }}.{{ table.name | ident }}
using {{ index.using | ident }} (
    {% if index.expression %}{{ index.expression }}{% else %}{{ index.columns | idents }}{% endif %}
);
