-- Records that were counted as inserted, because they were in the build, were rejected.
with rejected as (
    delete from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
    using {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }} as s
    where s._contradicts and s._source = v._source and s._record = v._record
    returning v._chunk
)
update loader.chunk as c set
    inserted = c.inserted - d.records,
    rejected = c.rejected + d.records
from (
    select
        r._chunk,
        count(*) as records
    from rejected as r
    group by r._chunk
) as d
where d._chunk = c.chunk_id;
