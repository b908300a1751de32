-- Until now, everything in the build counted as inserted, all other records as unchanged.
with counted as (
    select
        v._chunk as chunk_id,
        count(*) filter (where v._outcome = 'i') - count(*) filter (where v._staged) as inserted,
        count(*) filter (where v._outcome = 'u') as updated,
        count(*) filter (where v._outcome = 'n') - count(*) filter (where not v._staged) as unchanged,
        count(*) filter (where v._outcome = 'd') as duplicate
    from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
    where v._chunk is not null
    group by v._chunk
)
update loader.chunk as c set
    inserted = c.inserted + d.inserted,
    updated = c.updated + d.updated,
    unchanged = c.unchanged + d.unchanged,
    duplicate = c.duplicate + d.duplicate
from counted as d
where d.chunk_id = c.chunk_id;
