-- Rows of older sources whose key this load has not read.
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
    t._source = any(v_older)
{%- if marks %}
    and t._gone_since is null
{%- endif %}
    and not exists (
        select 1 from {{ stage | ident }}.{{ (root.name ~ '_verdict') | ident }} as v
        where {{ root.primary_key | matches('v', 't') }}
    )
    and not exists (
        select 1
        from loader.chunk as c
        inner join {{ stage | ident }}.{{ (root.name ~ '_seen') | ident }} as s on s.chunk_id = c.chunk_id
        cross join lateral unnest({{ root.primary_key | idents('s') }})
            as u ({{ root.primary_key | idents }})
        where
            (c.load_id = p_load or c.chunk_id = any(v_confirming))
            and {{ root.primary_key | matches('u', 't') }}
    );
