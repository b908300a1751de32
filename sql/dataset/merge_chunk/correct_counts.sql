-- Keys that occurred more than once in the load: the winner in conflict order keeps its outcome against
-- the state before the load, all others are duplicates, whatever the order in which the chunks were
-- committed.
with settled as (
    select
        r.chunk_id,
        r.outcome as before,
        case
            when r.rank_of_version > 1 then 'd'
            when r.was_absent then 'i'
            when t._hash is null then r.outcome
            when t._source < _p_first then r.outcome
            when t._hash = b.hash then 'n'
            else 'u'
        end as after
    from {{ stage | ident }}.{{ ('ranked_' ~ root.name) | ident }}(_p_load) as r
    left join {{ target | ident }}.{{ root.name | ident }} as t on {{ root.primary_key | matches('t', 'r') }}
    left join {{ stage | ident }}.{{ (root.name ~ '_before') | ident }} as b
        on b.load_id = _p_load and {{ root.primary_key | matches('b', 'r') }}
), change as (
    select
        d.chunk_id,
        count(*) filter (where d.after = 'i') - count(*) filter (where d.before = 'i') as inserted,
        count(*) filter (where d.after = 'u') - count(*) filter (where d.before = 'u') as updated,
        count(*) filter (where d.after = 'n') - count(*) filter (where d.before = 'n') as unchanged,
        count(*) filter (where d.after = 'd') - count(*) filter (where d.before = 'd') as duplicate
    from settled as d
    group by d.chunk_id
)
update loader.chunk as c set
    inserted = c.inserted + d.inserted,
    updated = c.updated + d.updated,
    unchanged = c.unchanged + d.unchanged,
    duplicate = c.duplicate + d.duplicate
from change as d
where d.chunk_id = c.chunk_id;
