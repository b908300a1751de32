-- The records that the load found unchanged no longer count.
delete from {{ stage | ident }}.{{ (root.name ~ '_key_log') | ident }} as s
using loader.chunk as k
where k.chunk_id = s.chunk_id and k.load_id = _p_undone;
