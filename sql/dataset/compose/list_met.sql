-- Versions of other sources for keys that this load read, except the winner of each key.
select
    s.*,
    case when not s._contradicts then f._source end as _winner_source,
    case when not s._contradicts then f._record end as _winner_record
from {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }} as s
inner join {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }} as f
    on f._place = 1 and {{ root.primary_key | matches('f', 's') }}
where
    s._place > 1
    and exists (
        select 1
        from {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }} as o
        inner join loader.source as r on r.source_id = o._source
        where r.load_id = _p_load and {{ root.primary_key | matches('o', 's') }}
    )
