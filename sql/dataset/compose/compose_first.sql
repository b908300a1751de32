-- The winning version, unchanged.
insert into {{ stage | ident }}.{{ (root.name ~ '_composed') | ident }} (
    {{ root.primary_key | idents }}, _source, _record, _content
)
select
    {{ root.primary_key | idents('s') }},
    s._source,
    s._record,
    v.content
from {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }} as s
inner join {{ history | ident }}.{{ (root.name ~ '_version') | ident }} as v
    on {{ root.primary_key | matches('v', 's') }} and v.source_id = s._source
where
    s._place = 1
    and not s._contradicts
{%- if entity.policy.name == 'fill' %}
    and not exists (
        select 1 from {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }} as m
        where m._place = 2 and {{ root.primary_key | matches('m', 's') }}
    )
{%- endif %};
