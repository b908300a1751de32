insert into {{ stage | ident }}.{{ (root.name ~ '_key') | ident }} (
    _source, {{ root.primary_key | idents }}, _record, _hash
)
select
    s._source,
    {{ keys | data_columns('s') | lines(4) }},
    s._record,
    s._hash
from {{ stage | ident }}.{{ (root.name ~ '_key_text') | ident }} as s
where
    not (
{%- for fault in keys | faults('s') %}
        {{ 'or ' if not loop.first }}coalesce({{ fault.broken | indent(8) }}, false)
{%- endfor %}
    );
