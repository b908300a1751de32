create or replace function loader.discard_stored(p_chunk bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Removes what a chunk has put into the build, so that it can be loaded again. Writes build, <root>_key_log.
declare
    v_chunk chunk;
    v_first bigint;
    v_last bigint;
    v_table record;
begin
    select c.* into v_chunk from chunk as c where c.chunk_id = p_chunk;
    v_first := record_id(v_chunk.source_id, v_chunk.first_record);
    v_last := v_first + v_chunk.records - 1;
    for v_table in
        select d.build_schema, d.stage_schema, t.table_name, t.is_root
        from source as s
        join dataset as d on d.dataset = s.dataset
        join dataset_table as t on t.dataset = s.dataset and t.entity = any (s.entities)
        where s.source_id = v_chunk.source_id
    loop
        execute format(
            'delete from %I.%I where %s between $1 and $2', v_table.build_schema, v_table.table_name,
            case when v_table.is_root then 'loader.record_id(_source, _record)' else '_rec' end
        )
        using v_first, v_last;
        if v_table.is_root then
            execute format(
                'delete from %I.%I where chunk_id = $1', v_table.stage_schema, v_table.table_name || '_key_log'
            )
            using p_chunk;
        end if;
    end loop;
end
$$;
comment on function loader.discard_stored(bigint) is 'Removes the rows of a chunk from the shadow tables.';
