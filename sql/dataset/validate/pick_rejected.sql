select coalesce(array_agg(distinct r.source_id << 40 | r.record), '{}')
into _v_rejected
from loader.reject as r
where r.chunk_id = _p_chunk;
