create or replace function loader.hold_staged(p_chunk loader.chunk, p_slot integer, p_same jsonb)
returns loader.chunk_counts
language plpgsql
set search_path = loader, pg_temp
as $$
-- Keeps what a chunk brought for the end of the load: calls the rendered procedure of every entity that the source
-- holds. What goes to the build counts as inserted, what equals its row as unchanged, until loader.apply_load decides.
-- Called by loader.merge_chunk, which holds the fence.
declare
    v_counts chunk_counts := (0, 0, 0, 0);
    v_held bigint;
    v_same bigint;
    v_root record;
begin
    if p_slot is null and p_same = '{}' then
        return v_counts;
    end if;
    for v_root in select r.* from source_roots(p_chunk.source_id) as r loop
        execute format('call %I.%I($1, $2, $3, null, null)', v_root.stage_schema, 'hold_' || v_root.table_name)
        into v_held, v_same
        using p_chunk.chunk_id, p_slot, (
            select array_agg(a.item order by a.place)
            from jsonb_array_elements_text(p_same -> v_root.table_name) with ordinality as a (item, place)
        );
        v_counts.inserted := v_counts.inserted + v_held;
        v_counts.unchanged := v_counts.unchanged + v_same;
    end loop;
    return v_counts;
end
$$;
comment on function loader.hold_staged(loader.chunk, integer, jsonb) is
'Keeps what a chunk brought for the end of the load; returns the counts so far.';
