create or replace view loader.reject_detail as
select
    r.reject_id,
    r.load_id,
    r.source_id,
    r.chunk_id,
    r.entity,
    r.record,
    r.byte_offset,
    r.byte_length,
    r.reason,
    r.table_name,
    r.column_name,
    r.value,
    r.message,
    r.raw,
    r.state,
    r.replayed_by,
    r.created_at,
    r.key,
    s.name as source,
    s.dataset
from loader.reject as r
inner join loader.source as s on s.source_id = r.source_id;
comment on view loader.reject_detail is 'Every reject, with the name of its source and its dataset.';
