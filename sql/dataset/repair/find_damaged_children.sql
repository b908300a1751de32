with damaged as (
    select
        {{ root.primary_key | idents('v') }},
        case when t.{{ table.key[0].name | ident }} is null then 'missing' else 'differing' end as kind
    from {{ build | ident }}.{{ table.name | ident }} as b
    inner join {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v on v._rec = b._rec
    left join {{ target | ident }}.{{ table.name | ident }} as t
        on {{ table.primary_key | matches('t', 'b', 8) }}
    where
        v._outcome = 'n'
        and (
            t.{{ table.key[0].name | ident }} is null
{%- if table.stored_columns %}
            or ({{ table.stored_columns | compared('t') | filled(12) }})
            is distinct from
            ({{ table.stored_columns | compared('b') | filled(12) }})
{%- endif %}
        )
    union all
    select
        {{ root.primary_key | idents('v') }},
        'surplus' as kind
    from {{ target | ident }}.{{ table.name | ident }} as t
    inner join {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v on {{ table | belongs(root, 't', 'v') }}
    where
        v._outcome = 'n'
        and not exists (
            select 1 from {{ build | ident }}.{{ table.name | ident }} as b
            where
                b._rec = v._rec
                and {{ table.primary_key | matches('b', 't', 16) }}
        )
        and not loader.is_referenced({{ (target | ident ~ '.' ~ table.name | ident) | literal }}::regclass, t.ctid)
), noted as (
    insert into {{ stage | ident }}.{{ (root.name ~ '_touched') | ident }} ({{ root.primary_key | idents }}, _table)
    select distinct
        {{ root.primary_key | idents('d') }},
        {{ place }}
    from damaged as d
)
select
    count(*) filter (where d.kind = 'missing'),
    count(*) filter (where d.kind = 'differing'),
    count(*) filter (where d.kind = 'surplus')
{{ ['_v_missing', '_v_differing', '_v_surplus'] | into }}
from damaged as d;
