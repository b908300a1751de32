-- In key order, to avoid deadlocks with other sessions that write these rows.
insert into {{ target | ident }}.{{ root.name | ident }} as t (
    {{ root | target_columns | quoted | filled(4) }}
)
select
    {{ root | target_columns | quoted('b') | filled(4) }}
from {{ (stage if chunked else build) | ident }}.{{ root.name | ident }} as b
where {% if chunked %}b._slot = _p_slot and b._record = any(_v_writing)
{%- else %}{{ root | record_id('b') }} in (
    select v._rec from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
    where v._outcome in ('i', 'u')
)
{%- endif %}
order by {{ root.primary_key | idents('b') }}
on conflict ({{ root.primary_key | idents }}) do update set
{%- for column in root.stored_columns %}
    {{ column.name | ident }} = excluded.{{ column.name | ident }},
{%- endfor %}
    _source = excluded._source,
    _record = excluded._record,
    _hash = excluded._hash{{ ',\n    _gone_since = null' if marks }}
