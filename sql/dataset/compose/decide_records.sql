-- Of the records of a key that the load read, one stands for the composed row: the first whose version
-- counts. The others are superseded by it or by another edition of their feed.
with planned as materialized (
    select c.* from loader.chunks_of_records(_p_load) as c
), standing as (
    select distinct on ({{ root.primary_key | idents('s') }})
        s._source,
        s._record,
        d._source as made_source,
        d._record as made_record,
        md5(d._content::text)::uuid as made_hash
    from {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }} as s
    inner join planned as p on p.source_id = s._source
    inner join {{ stage | ident }}.{{ (root.name ~ '_composed') | ident }} as d
        on {{ root.primary_key | matches('d', 's') }}
    order by {{ root.primary_key | idents('s') }}, s._place
)
insert into {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} (
    {{ root.primary_key | idents }}, _chunk, _source, _record, _rec, _hash, _staged, _version, _outcome
)
select
    {{ root.primary_key | idents('b') }},
    p.chunk_ids[width_bucket(b._record, p.first_records)],
    coalesce(o.made_source, b._source),
    coalesce(o.made_record, b._record),
    loader.record_id(coalesce(o.made_source, b._source), coalesce(o.made_record, b._record)),
    coalesce(o.made_hash, b._hash),
    true,
    case when o.made_source is null then 2 else 1 end,
    case when o.made_source is null then 'd' end
from {{ build | ident }}.{{ root.name | ident }} as b
inner join planned as p on p.source_id = b._source
left join standing as o on o._source = b._source and o._record = b._record;
