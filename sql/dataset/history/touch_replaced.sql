insert into {{ stage | ident }}.{{ (root.name ~ '_touched') | ident }} ({{ root.primary_key | idents }}, _table)
select distinct
    {{ table.key | names | idents('d') }},
    {{ place }}
from (
{%- for one, other in [(target, build), (build, target)] %}
    (
        select {{ (table.primary_key | quoted('t') + table.stored_columns | compared('t')) | filled(12) }}
        from {{ one | ident }}.{{ table.name | ident }} as t
        inner join {{ history | ident }}.{{ (root.name ~ '_change') | ident }} as c
            on c.load_id = _p_load and c.op = 'update'
            and {{ table | belongs(root, 't', 'c') }}
        except
        select {{ (table.primary_key | quoted('o') + table.stored_columns | compared('o')) | filled(12) }}
        from {{ other | ident }}.{{ table.name | ident }} as o
    )
{%- if loop.first %}
    union all
{%- endif %}
{%- endfor %}
) as d;
