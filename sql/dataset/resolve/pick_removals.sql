-- Delete records that have won: the build has no row of their keys.
select
    array_agg(r._source::bigint),
    array_agg(r._record),
    array_agg({{ root | record_id('r') }})
{{ ['_v_sources', '_v_records', '_v_losers'] | into }}
from {{ build | ident }}.{{ root.name | ident }} as r
where r._hash = loader.removed_hash();
