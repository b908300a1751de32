-- Rows of older sources whose key this load has not read, not even in a record that it rejected.
{% with outcome = 'g' %}{% include 'shared/judge_rows.sql' %}{% endwith %}
where
    t._source = any(_v_older)
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
            (c.load_id = _p_load or c.chunk_id = any(_v_confirming))
            and {{ root.primary_key | matches('u', 't') }}
    )
    and ({{ root.primary_key | idents('t') }}) not in (
        select {{ root.primary_key | idents('r') }}
        from {{ stage | ident }}.{{ ('rejected_' ~ root.name) | ident }}(array[_p_load]) as r
    )
    and (
        _v_late = '{}'
        or ({{ root.primary_key | idents('t') }}) in (
            select {{ root.primary_key | idents('u') }}
            from {{ stage | ident }}.{{ ('undecided_' ~ root.name) | ident }}(_p_load, true) as u
            group by {{ root.primary_key | idents('u') }}
            having count(*) = cardinality(_v_late)
        )
    );
