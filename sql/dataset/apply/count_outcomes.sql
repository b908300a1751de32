-- Until now, everything in the build counted as inserted, all other records as unchanged.
with counted as (
    select
        v._chunk as chunk_id,
        count(*) filter (where v._outcome = 'i') - count(*) filter (where v._staged) as inserted,
        count(*) filter (where v._outcome = 'u') as updated,
{%- if entity.is_removable %}
        count(*) filter (where v._outcome = 'x') as removed,
        count(*) filter (where v._outcome in ('n', 'k')) - count(*) filter (where not v._staged) as unchanged,
{%- else %}
        count(*) filter (where v._outcome = 'n') - count(*) filter (where not v._staged) as unchanged,
{%- endif %}
        count(*) filter (where v._outcome = 'd') as duplicate
    from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
    where v._chunk is not null
    group by v._chunk
)
update loader.chunk as c set
    inserted = c.inserted + d.inserted,
    updated = c.updated + d.updated,
{%- if entity.is_removable %}
    removed = c.removed + d.removed,
{%- endif %}
    unchanged = c.unchanged + d.unchanged,
    duplicate = c.duplicate + d.duplicate
from counted as d
where d.chunk_id = c.chunk_id;
