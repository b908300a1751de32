{#- among: the rows of older sources, of older editions of a feed (series), or of exactly the same files. -#}
-- Rows whose key this load has not read, not even in a record that it rejected.
insert into {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} (
    {{ root.primary_key | idents }}, _old_source, _old_record, _old_hash, _outcome
)
select
    {{ root.primary_key | idents('t') }},
    t._source,
    t._record,
    t._hash,
    'g'
{%- if among == 'series' %}
from loader.feed_keys(_p_load, {{ entity.name | literal }}) as k
cross join lateral (
    select o.*
    from {{ target | ident }}.{{ root.name | ident }} as o
    where o.{{ root.key[0].name | ident }} between k.first_key and k.last_key
    offset 0
) as t
{%- else %}
from {{ target | ident }}.{{ root.name | ident }} as t
{%- endif %}
where
    not exists (
        select 1 from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
        where {{ root.primary_key | matches('v', 't') }}
    )
    and ({{ root.primary_key | idents('t') }}) not in (
        select {{ root.primary_key | idents('r') }}
        from {{ stage | ident }}.{{ ('rejected_' ~ root.name) | ident }}(array[_p_load]) as r
    )
{%- if marks %}
    and t._gone_since is null
{%- endif %}
{%- if among == 'files' %}
    and t._source in (
        select o.source_id
        from loader.source as s
        inner join loader.source as o on o.dataset = s.dataset and o.name = s.name and o.sha256 = s.sha256
        where s.load_id = _p_load and s.state = 'planned' and {{ entity.name | literal }} = any(s.entities)
    )
{%- else %}
    and not exists (
        select 1
        from loader.chunk as c
        inner join {{ stage | ident }}.{{ (root.name ~ '_key_log') | ident }} as s on s.chunk_id = c.chunk_id
        cross join lateral unnest({{ root.primary_key | idents('s') }})
            as u ({{ root.primary_key | idents }})
        where
            (c.load_id = _p_load{{ ' or c.chunk_id = any(_v_confirming)' if among == 'older' }})
            and {{ root.primary_key | matches('u', 't') }}
    )
{%- endif %}
{%- if among == 'series' %}
    and (
        k.late_source is null
        or loader.is_newer(k.late_source, 0, t._source, 0)
        and (k.late_source, {{ root.primary_key | idents('t') }}) in (
            select u.source_id, {{ root.primary_key | idents('u') }}
            from {{ stage | ident }}.{{ ('undecided_' ~ root.name) | ident }}(_p_load) as u
        )
    )
{%- elif among == 'older' %}
    and t._source = any(_v_older)
    and (
        _v_late = '{}'
        or ({{ root.primary_key | idents('t') }}) in (
            select {{ root.primary_key | idents('u') }}
            from {{ stage | ident }}.{{ ('undecided_' ~ root.name) | ident }}(_p_load, true) as u
            group by {{ root.primary_key | idents('u') }}
            having count(*) = cardinality(_v_late)
        )
    )
{%- endif %};
