{#- building: the versions are those of a build, else those of a merge. #}
{%- set deciding = root | latest(entity, 'v') if building else 'v._latest' -%}
-- Delete records stay recorded, whether or not they have deleted a row: no older version brings it back.
insert into {{ history | ident }}.{{ (root.name ~ '_removed') | ident }} (
    {{ root.primary_key | idents }}, source_id, record{{ ', _latest' if entity.policy.column }}
)
select distinct on ({{ root.primary_key | idents('v') }}, v._source)
    {{ root.primary_key | idents('v') }},
    v._source,
    v._record
{%- if entity.policy.column %},
    v.{{ (entity.policy.column if building else '_latest') | ident }}
{%- endif %}
from {{ (build if building else stage) | ident }}.{{ (root.name ~ ('' if building else '_decision')) | ident }} as v
where v._hash = loader.removed_hash()
order by {{ root.primary_key | idents('v') }}, v._source, {{ entity | winner_first(none, 'v._record', deciding) }};
