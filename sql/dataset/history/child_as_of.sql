with changed as materialized (
{% filter indent(4, true) %}{% include 'history/first_changes.sql' %}{% endfilter %}

)
select
    {{ table | kept(marks) | quoted('t') | filled(4) }}
from {{ target | ident }}.{{ table.name | ident }} as t
where
    not _v_was_empty
    and not exists (
        select 1 from changed as c
        where {{ table | belongs(root, 't', 'c') }}
    )
union all
select
    {{ table | kept(marks) | quoted('r') | filled(4) }}
from changed as c
cross join lateral {{ table | stored('c.before') }} as r (
    {{ table | declared(marks) | lines(4) }}
)
where c.op <> 'insert';
