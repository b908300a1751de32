create or replace function loader.merge_staged(p_chunk loader.chunk, p_slot integer, p_same jsonb)
returns loader.chunk_counts
language plpgsql
set search_path = loader, pg_temp
as $$
-- Calls the rendered merge procedure of every entity in the chunk's source, and adds up their counts. Called by
-- loader.merge_chunk, which has fenced the chunk. Raises LD030, LD034, LD039.
declare
    v_counts chunk_counts := (0, 0, 0, 0);
    v_some chunk_counts;
    v_first bigint;
    v_root record;
begin
    perform assert_visible(s.dataset, s.entities) from source as s where s.source_id = p_chunk.source_id;
    select min(s.source_id) into v_first from source as s where s.load_id = p_chunk.load_id;
    for v_root in select r.* from source_roots(p_chunk.source_id) as r loop
        begin
            execute format(
                'call %I.%I($1, $2, $3, $4, $5, null, null, null, null)', v_root.stage_schema, 'merge_' || v_root.table_name
            )
            into v_some.inserted, v_some.updated, v_some.unchanged, v_some.duplicate
            using p_chunk.load_id, p_chunk.chunk_id, v_first, p_slot, (
                select array_agg(a.item order by a.place)
                from jsonb_array_elements_text(p_same -> v_root.table_name) with ordinality as a (item, place)
            );
        exception
            when data_exception then
                perform assert_indexable(
                    (select s.dataset from source as s where s.source_id = p_chunk.source_id),
                    v_root.table_name, v_root.stage_schema, '_s' || p_slot
                );
                raise;
        end;
        v_counts.inserted := v_counts.inserted + v_some.inserted;
        v_counts.updated := v_counts.updated + v_some.updated;
        v_counts.unchanged := v_counts.unchanged + v_some.unchanged;
        v_counts.duplicate := v_counts.duplicate + v_some.duplicate;
    end loop;
    -- Again, because no lock keeps other tables from inheriting from these, whose rows would have been written, too.
    perform assert_visible(s.dataset, s.entities) from source as s where s.source_id = p_chunk.source_id;
    return v_counts;
end
$$;
comment on function loader.merge_staged(loader.chunk, integer, jsonb) is
'Merges the staged rows of a chunk, entity by entity; returns the counts.';
