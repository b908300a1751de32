create or replace function loader.store_staged(
    p_chunk loader.chunk,
    p_slot integer,
    p_same jsonb,
    out p_counts loader.chunk_counts,
    out p_rows jsonb
)
language plpgsql
set search_path = loader, pg_temp
as $$
-- Stores the rows of a chunk for the end of the load: calls the rendered procedure of every entity in the source. Rows
-- that go to the build count as inserted, and those equal to the existing row as unchanged, until loader.apply_load
-- decides. p_rows: rows that went to each shadow table. Called by loader.merge_chunk, which has fenced the chunk.
declare
    v_held bigint;
    v_same bigint;
    v_rows jsonb;
    v_root record;
begin
    p_counts := (0, 0, 0, 0);
    p_rows := '{}';
    if p_slot is null and p_same = '{}' then
        return;
    end if;
    for v_root in select r.* from source_roots(p_chunk.source_id) as r loop
        execute format('call %I.%I($1, $2, $3, null, null, null)', v_root.stage_schema, 'store_' || v_root.table_name)
        into v_held, v_same, v_rows
        using p_chunk.chunk_id, p_slot, (
            select array_agg(a.item order by a.place)
            from jsonb_array_elements_text(p_same -> v_root.table_name) with ordinality as a (item, place)
        );
        p_counts.inserted := p_counts.inserted + v_held;
        p_counts.unchanged := p_counts.unchanged + v_same;
        p_rows := p_rows || v_rows;
    end loop;
end
$$;
comment on function loader.store_staged(loader.chunk, integer, jsonb) is
'Moves the staged rows of a chunk into the shadow tables; returns the counts so far.';
