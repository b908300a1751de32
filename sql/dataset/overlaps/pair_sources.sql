with twice as materialized (
    select {{ root.primary_key | idents('k') }}
    from {{ stage | ident }}.{{ (root.name ~ '_key') | ident }} as k
    group by {{ root.primary_key | idents('k') }}
    having count(*) > 1
), held as materialized (
    select
        {{ root.primary_key | quoted('k') | lines(8) }},
        k._source,
        count(*) as _records,
        -- A sample is the least key of each of some parts, which are made by the records' numbers, so
        -- that nothing is sorted.
        min(k._record) % 1024 as _part
    from {{ stage | ident }}.{{ (root.name ~ '_key') | ident }} as k
    inner join twice as w on {{ root.primary_key | matches('w', 'k') }}
    group by {{ root.primary_key | idents('k') }}, k._source
), parts as (
    select
        a._source as source,
        b._source as other_source,
        count(*) as keys,
        min(array[
{%- for name in root.primary_key %}
            a.{{ name | ident }}::text{{ ',' if not loop.last }}
{%- endfor %}
        ]) as example
    from held as a
    inner join held as b on {{ root.primary_key | matches('b', 'a') }} and b._source > a._source
    group by a._source, b._source, a._part
    union all
    select
        a._source as source,
        a._source as other_source,
        count(*) as keys,
        min(array[
{%- for name in root.primary_key %}
            a.{{ name | ident }}::text{{ ',' if not loop.last }}
{%- endfor %}
        ]) as example
    from held as a
    where a._records > 1
    group by a._source, a._part
)
select
    p.source,
    p.other_source,
    sum(p.keys)::bigint as keys,
    (array_agg(array_to_string(p.example, ', ') order by p.example))[:_p_sample] as sample
from parts as p
group by p.source, p.other_source;
