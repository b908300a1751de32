-- If no history is kept: versions that can never count again. They are from useless sources, or of keys
-- that the load read and that a newer edition of their feed had superseded before it. Versions of keys
-- whose record was ever rejected stay, because no newer source may have decided about these keys.
delete from {{ history | ident }}.{{ (root.name ~ '_version') | ident }} as v
where
    v.source_id = any(_v_useless)
    and ({{ root.primary_key | idents('v') }}) not in (
        select {{ root.primary_key | idents('e') }}
        from {{ stage | ident }}.{{ ('ever_rejected_' ~ root.name) | ident }}(_p_load) as e
    );
with counting as materialized (
    select
        c.source_id,
        c.place,
        c.series
    from loader.contributing_sources(_p_load, {{ entity.name | literal }}, false) as c
), superseded as materialized (
    select
        o.source_id,
        array_agg(n.source_id) as newer
    from counting as o
    inner join counting as n on n.series = o.series and (n.place, n.source_id) > (o.place, o.source_id)
    group by o.source_id
)
delete from {{ history | ident }}.{{ (root.name ~ '_version') | ident }} as v
using superseded as s
where
    s.source_id = v.source_id
    and ({{ root.primary_key | idents('v') }}) in (
        select {{ root.primary_key | idents('b') }}
        from {{ build | ident }}.{{ root.name | ident }} as b
    )
    and exists (
        select 1 from {{ history | ident }}.{{ (root.name ~ '_version') | ident }} as w
        where w.source_id = any(s.newer) and {{ root.primary_key | matches('w', 'v') }}
    );
