-- Child tables follow the root's columns in the list of changes.
update {{ history | ident }}.{{ (root.name ~ '_change') | ident }} as h
set columns = h.columns || r._names
from (
    select
        {{ root.primary_key | idents('u') }},
        array_agg(u._name order by u._place) as _names
    from (
        select distinct
            {{ root.primary_key | idents('o') }},
            n._name,
            n._place
        from {{ stage | ident }}.{{ (root.name ~ '_touched') | ident }} as o
        inner join unnest(array[
{%- for table in tables %}
            {{ table.name | literal }}{{ ',' if not loop.last }}
{%- endfor %}
        ]::text[]) with ordinality as n (_name, _place) on n._place = o._table
    ) as u
    group by {{ root.primary_key | idents('u') }}
) as r
where h.load_id = _p_load and h.op = 'update' and {{ root.primary_key | matches('h', 'r') }};
