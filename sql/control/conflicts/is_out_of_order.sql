create or replace function loader.is_out_of_order(p_chunk bigint, p_entity text)
returns boolean
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Whether the source of a chunk is older than a full snapshot of the entity that was loaded before.
    select c.source_id = any (out_of_order_sources(c.load_id, p_entity)) from chunk as c where c.chunk_id = p_chunk
$$;
comment on function loader.is_out_of_order(bigint, text) is
'Whether the source of a chunk is older than a full snapshot of the entity.';
