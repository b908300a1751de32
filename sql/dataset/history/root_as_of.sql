with changed as materialized (
{% filter indent(4, true) %}{% include 'history/first_changes.sql' %}{% endfilter %}

), moved as (
    -- A replace gives records another source, even if nothing else in them changes.
    select distinct on ({{ root.primary_key | idents('c') }})
        {{ root.primary_key | idents('c') }},
        c.source_before,
        c.record_before
    from {{ history | ident }}.{{ (root.name ~ '_change') | ident }} as c
    where c.load_id = any(_v_later)
    order by {{ root.primary_key | idents('c') }}, c.load_id
), found as (
    select
        {{ root | kept(marks) | quoted('t') | filled(8) }}
    from {{ target | ident }}.{{ root.name | ident }} as t
    where
        not _v_was_empty
        and not exists (
            select 1 from changed as c
            where {{ root.primary_key | matches('c', 't') }}
        )
    union all
    select
        {{ root | kept(marks) | quoted('r') | filled(8) }}
    from changed as c
    cross join lateral {{ root | stored('c.before') }} as r (
        {{ root | declared(marks) | lines(8) }}
    )
    where c.op <> 'insert'
)
select
    {{ root | row_columns | quoted('f') | filled(4) }},
    coalesce(m.source_before::integer, f._source),
    coalesce(m.record_before, f._record),
    f._hash{{ ',\n    f._gone_since' if marks }}
from found as f
left join moved as m on {{ root.primary_key | matches('m', 'f') }};
