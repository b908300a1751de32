{%- for index in table.indexes %}
create index {{ 'if not exists ' if optional }}{{ index | index_name(table) | ident }} on {{ schema | ident }}.{{ table.name | ident }}
    using {{ index.using | ident }} ({% if index.expression %}({{ index.expression }}){% else %}{{ index.columns | idents }}{% endif %});
comment on index {{ schema | ident }}.{{ index | index_name(table) | ident }} is {{ ('Made by the mapping. ' ~ (index.comment or 'Serves searches by ' ~ (index.columns | join(', ') or 'the expression'))) | literal }};
{%- endfor %}
