-- The rows in use against those that replace them, by key and hash.
insert into {{ history | ident }}.{{ (root.name ~ '_change') | ident }} (
    load_id, {{ root.primary_key | idents }}, op, columns,
    source_before, record_before, hash_before, source_after, record_after, hash_after, before
)
select
    _p_load,
{%- for name in root.primary_key %}
    coalesce(b.{{ name | ident }}, t.{{ name | ident }}),
{%- endfor %}
    o.op,
    case
        when o.op = 'update' then array_remove(array[
{%- if marks %}
            case when t._gone_since is distinct from b._gone_since then '_gone_since' end
            {{- ',' if root.stored_columns }}
{%- endif %}
{%- for column in root.stored_columns %}
            case
                when {{ [column] | compared('t') | lines(0) }}
                    is distinct from {{ [column] | compared('b') | lines(0) }}
                then {{ column.name | literal }}
            end{{ ',' if not loop.last }}
{%- endfor %}
        ]::text[], null)
    end,
    t._source as source_before,
    t._record as record_before,
    t._hash as hash_before,
    b._source as source_after,
    b._record as record_after,
    b._hash as hash_after,
    case
        when _p_history and o.op in ('update', 'delete')
            then {{ stage | ident }}.{{ ('version_of_' ~ root.name) | ident }}({{ root.primary_key | idents('t') }})
    end
from {{ target | ident }}.{{ root.name | ident }} as t
full join {{ build | ident }}.{{ root.name | ident }} as b on {{ root.primary_key | matches('b', 't') }}
cross join lateral unnest(array[
    case
        when t._hash is null then 'insert'
        when b._hash is null then 'delete'
        when t._hash <> b._hash{{ ' or t._gone_since is distinct from b._gone_since' if marks }} then 'update'
        else 'same'
    end
]) as o (op)
where o.op <> 'same' or _p_history and (t._source, t._record) <> (b._source, b._record);
