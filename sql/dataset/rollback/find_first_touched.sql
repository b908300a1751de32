-- A first load recorded no changes, but later loads recorded their changes of its rows.
select
    count(*),
    array_agg(o.key order by o.place) filter (where o.place <= 20)
{{ ['_p_touched', '_p_keys'] | into }}
from (
    select
        {{ root.name | literal }} || ' ' || concat_ws('/', {{ root.primary_key | idents('c') }}) as key,
        row_number() over (order by {{ root.primary_key | idents('c') }}) as place
    from (
        select distinct {{ root.primary_key | idents('h') }}
        from {{ history | ident }}.{{ (root.name ~ '_change') | ident }} as h
        where h.load_id > _p_undone and h.source_before = any(_v_sources)
    ) as c
    left join {{ target | ident }}.{{ root.name | ident }} as t
        on {{ root.primary_key | matches('t', 'c') }} and t._source = any(_v_sources)
    where t._source is null{{ ' or t._gone_since is not null' if marks }}
) as o;
