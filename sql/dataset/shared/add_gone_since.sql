if to_regclass({{ (target | ident ~ '.' ~ table.name | ident) | literal }}) = any(_v_unmarked) then
    alter table {{ target | ident }}.{{ table.name | ident }} add column _gone_since date;
{%- with schema = target %}
{% filter indent(4, true) %}{% include 'shared/comment_gone_since.sql' %}{% endfilter %}
{%- endwith %}
    perform loader.record_column({{ (target | ident ~ '.' ~ table.name | ident) | literal }}, '_gone_since');
end if;
