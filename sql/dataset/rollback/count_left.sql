-- Rows of the load that still exist, and children that should not exist.
select sum(l.found)
{{ ['_p_left'] | into }}
from (
    select count(*) as found
    from {{ target | ident }}.{{ root.name | ident }} as t
    where
        t._source in (
            select s.source_id
            from loader.source as s
            where s.load_id = _p_undone
        )
{%- for table in tables %}
    union all
    select count(*) as found
    from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
    inner join {{ target | ident }}.{{ table.name | ident }} as t on {{ table | belongs(root, 't', 'v') }}
    where
        v._outcome = 'u'
        and not exists (
            select 1 from {{ build | ident }}.{{ table.name | ident }} as b
            where {{ table.primary_key | matches('b', 't', 12) }}
        )
{%- endfor %}
) as l;
