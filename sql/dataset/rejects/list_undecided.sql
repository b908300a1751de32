with newer as materialized (
    select
        n.source_id,
        n.load_id
    from loader.newer_snapshots(_p_load, {{ entity.name | literal }}) as n
    where n.is_complete or not _p_complete
), rejected as materialized (
    select distinct
        r.load_id,
        {{ root.primary_key | quoted('r') | lines(8) }}
    from {{ stage | ident }}.{{ ('rejected_' ~ root.name) | ident }}(array(select n.load_id from newer as n)) as r
)
select
    n.source_id,
    {{ root.primary_key | quoted('r') | lines(4) }}
from newer as n
inner join rejected as r on r.load_id = n.load_id
group by n.source_id, {{ root.primary_key | idents('r') }}
having count(*) = (
    select count(*) from newer as m
    where m.source_id = n.source_id
);
