-- The keys whose children a statement writes, which are recorded in the history.
with written as (
{% filter indent(4, true) %}{% include writing %}{% endfilter %}
    returning {{ table.key | names | idents('t') }}
)
insert into {{ stage | ident }}.{{ (root.name ~ '_touched') | ident }} ({{ root.primary_key | idents }}, _table)
select distinct
    {{ table.key | names | idents('w') }},
    {{ place }}
from written as w;
