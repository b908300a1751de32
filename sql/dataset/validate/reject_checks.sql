{#- by_row: the record in _v_row; else all for which the rule is false, except those that were rejected before. -#}
insert into loader.reject (
    load_id, source_id, chunk_id, entity, record, reason, table_name, message
)
select
    c.load_id,
    c.source_id,
    c.chunk_id,
    {{ table.entity | literal }},
    {% if by_row %}_v_row{% else %}v{% endif %}._record_number,
    'check',
    {{ table.name | literal }},
    {{ message }}
{%- if by_row %}
from loader.chunk as c
where c.chunk_id = _p_chunk;
{%- else %}
-- offset 0 keeps the condition after the casts, and these away from rejected rows.
from (
    select r._record_number
    from (
        select
            {{ table | data_columns('s') | lines(12) }},
            {{ table | record_number('s') }} as _record_number
        from {{ stage | ident }}.{{ (table.name ~ '_text') | ident }} as s
        where
            s._slot = _p_slot
            and {{ table | record_id('s') }} <> all(_v_rejected)
{%- if entity.is_removable and table.is_root %}
            and s._hash <> loader.removed_hash()
{%- endif %}
{%- if entity.where %}
            and {{ table | record_id('s') }} <> all(_v_filtered)
{%- endif %}
        offset 0
    ) as r
{%- if table | computed(rule) %}
    cross join lateral (
        select
            {{ table | computed(rule) | lines(12) }}
    ) as e
{%- endif %}
    where ({{ rule }}) is false
) as v
inner join loader.chunk as c on c.chunk_id = _p_chunk;
{%- endif %}
