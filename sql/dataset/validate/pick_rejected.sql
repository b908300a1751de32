select coalesce(array_agg(distinct loader.record_id(r.source_id, r.record)), '{}')
into _v_rejected
from loader.reject as r
where r.chunk_id = _p_chunk;
