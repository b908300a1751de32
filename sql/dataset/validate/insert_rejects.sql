insert into loader.reject (
    load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, value, message
)
select
    c.load_id,
    c.source_id,
    c.chunk_id,
    {{ table.entity | literal }},
    {{ table | record_number('s') }},
    f.reason,
    {{ table.name | literal }},
    f.column_name,
    left(f.value, 1000),
    f.message
from {{ stage | ident }}.{{ (table.name ~ '_text') | ident }} as s
inner join loader.chunk as c on c.chunk_id = _p_chunk
cross join lateral (
    values
{%- for fault in broken %}
    (
        {{ fault.column | literal }}, {{ fault.value }}, {{ fault.reason | literal }},
        case
            when {{ fault.broken | indent(12) }}
{%- if fault | spares_removals(entity, table) %}
                and s._hash <> loader.removed_hash()
{%- endif %}
                then {{ fault.message | indent(16) }}
        end
    ){{ ',' if not loop.last }}
{%- endfor %}
) as f (column_name, value, reason, message)
where
    s._slot = _p_slot
    and f.message is not null
{%- if after_where and entity.where %}
    and {{ table | record_id('s') }} <> all(_v_filtered)
{%- endif %};
