-- The changes that are about to be made and, if history is kept, the versions before.
insert into {{ history | ident }}.{{ (root.name ~ '_change') | ident }} (
    load_id, {{ root.primary_key | idents }}, op, columns,
    source_before, record_before, hash_before, source_after, record_after, hash_after, before
)
select
    _p_load,
    {{ root.primary_key | idents('v') }},
    case v._outcome
        when 'i' then 'insert'
        when 'u' then 'update'
{%- if marks %}
        when 'g' then 'mark'
{%- endif %}
        else 'delete'
    end,
    case
        when v._outcome = 'u' then array_remove(array[
{%- if marks %}
            case when v._was_marked then '_gone_since' end{{ ',' if root.stored_columns }}
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
    v._old_source,
    v._old_record,
    v._old_hash,
    v._source,
    v._record,
    v._hash,
    case
        when _p_history and v._outcome <> 'i'
            then {{ stage | ident }}.{{ ('version_of_' ~ root.name) | ident }}({{ root.primary_key | idents('v') }})
    end
from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
left join {{ build | ident }}.{{ root.name | ident }} as b
    on b._source = v._source and b._record = v._record
left join {{ target | ident }}.{{ root.name | ident }} as t
    on v._outcome <> 'i' and {{ root.primary_key | matches('t', 'v') }}
where v._outcome in ('i', 'u', 'g', 'x');
