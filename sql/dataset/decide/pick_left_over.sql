-- Rows of older issues of the files of this load that are not among the records of these any more.
insert into {{ stage | ident }}.{{ (root.name ~ '_verdict') | ident }} (
    {{ root.primary_key | idents }}, _old_source, _old_record, _old_hash, _outcome
)
select
    {{ root.primary_key | idents('t') }},
    t._source,
    t._record,
    t._hash,
    'g'
from loader.series_keys(_p_load, {{ entity.name | literal }}) as k
cross join lateral (
    select o.*
    from {{ target | ident }}.{{ root.name | ident }} as o
    where o.{{ root.key[0].name | ident }} between k.first_key and k.last_key
    offset 0
) as t
where
    (
        k.late_source is null
        or loader.is_newer(k.late_source, 0, t._source, 0)
        and (k.late_source, {{ root.primary_key | idents('t') }}) in (
            select u.source_id, {{ root.primary_key | idents('u') }}
            from {{ stage | ident }}.{{ ('undecided_' ~ root.name) | ident }}(_p_load) as u
        )
    )
    and ({{ root.primary_key | idents('t') }}) not in (
        select {{ root.primary_key | idents('r') }}
        from {{ stage | ident }}.{{ ('rejected_' ~ root.name) | ident }}(array[_p_load]) as r
    )
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
        where c.load_id = _p_load and {{ root.primary_key | matches('u', 't') }}
    );
