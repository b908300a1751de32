update {{ stage | ident }}._key_source as o set keyless = coalesce(o.keyless, 0) + b.keyless
from (
    select
        s._source,
        count(*) as keyless
    from {{ stage | ident }}.{{ (root.name ~ '_key_text') | ident }} as s
    where
{%- for fault in keys | faults('s') %}
        {{ 'or ' if not loop.first }}{{ fault.broken | indent(8) }}
{%- endfor %}
    group by s._source
) as b
where o.source = b._source;
