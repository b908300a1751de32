-- Versions that are about to be removed from the build, with those that stay.
select
    o.*,
{%- if entity.policy.column %}
    o.{{ entity.policy.column | ident }} as _latest,
    w.{{ entity.policy.column | ident }} as _winner_latest,
{%- endif %}
{%- if entity.is_removable %}
    w._hash = loader.removed_hash() as _winner_removes,
{%- endif %}
    w._source as _winner_source,
    w._record as _winner_record
from {{ build | ident }}.{{ root.name | ident }} as o
inner join {{ build | ident }}.{{ root.name | ident }} as w on {{ root.primary_key | matches('w', 'o') }}
where
    {{ root | record_id('o') }} in (select unnest(_v_losers))
    and {{ root | record_id('w') }} not in (select unnest(_v_losers))
