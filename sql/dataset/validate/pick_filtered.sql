-- offset 0 keeps the condition after the casts, and these away from rejected rows.
select coalesce(array_agg(r._rec_id), '{}')
into _v_filtered
from (
    select
        {{ root | data_columns('s') | lines(8) }},
        {{ root | record_id('s') }} as _rec_id
    from {{ stage | ident }}.{{ (root.name ~ '_text') | ident }} as s
    where
        s._slot = _p_slot
        and {{ root | record_id('s') }} <> all(_v_rejected)
{%- if entity.is_removable %}
        and s._hash <> loader.removed_hash()
{%- endif %}
    offset 0
) as r
{%- if root | computed(entity.where) %}
cross join lateral (  -- noqa: ST05
    select
        {{ root | computed(entity.where) | lines(8) }}
) as e
{%- endif %}
where ({{ entity.where }}) is not true;
