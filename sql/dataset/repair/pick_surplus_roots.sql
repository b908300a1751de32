insert into {{ stage | ident }}.{{ (root.name ~ '_verdict') | ident }} (
    {{ root.primary_key | idents }}, _old_source, _old_record, _old_hash, _outcome
)
select
    {{ root.primary_key | idents('t') }},
    t._source,
    t._record,
    t._hash,
    'g'
from {{ target | ident }}.{{ root.name | ident }} as t
where
    t._source in (
        select o.source_id
        from loader.source as s
        inner join loader.source as o on o.dataset = s.dataset and o.name = s.name and o.sha256 = s.sha256
        where s.load_id = _p_load and s.state = 'planned' and {{ entity.name | literal }} = any(s.entities)
    )
{%- if marks %}
    and t._gone_since is null
{%- endif %}
    and not exists (
        select 1 from {{ stage | ident }}.{{ (root.name ~ '_verdict') | ident }} as v
        where {{ root.primary_key | matches('v', 't') }}
    )
    and not exists (
        select 1 from {{ stage | ident }}.{{ ('rejected_' ~ root.name) | ident }}(array[_p_load]) as r
        where {{ root.primary_key | matches('r', 't') }}
    );
