create or replace function loader.stage_chunk(
    p_chunk bigint,
    p_token bigint,
    p_slot integer default 0,
    p_by_hand boolean default true
)
returns bigint[]
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Validates what was copied into the text staging tables of a slot: a record with a value that does not fit becomes a
-- reject, a record that the mapping leaves out is counted as filtered, all others are cast and moved on: into the build
-- (visibility load, as for every replace) or into the typed staging tables (chunk). Returns the numbers of the rejected
-- records. p_by_hand: as in loader.assert_staged. Raises LD001, LD006, LD012. Writes reject, chunk, staging.
declare
    v_chunk chunk;
    v_visibility text;
    v_root record;
    v_filtered bigint := 0;
    v_some bigint;
    v_rows jsonb := '{}';
    v_root_rows jsonb;
begin
    v_chunk := fence_chunk(p_chunk, p_token);
    select l.visibility into v_visibility from load as l where l.load_id = v_chunk.load_id;
    if v_visibility = 'load' then
        perform assert_build(v_chunk.load_id);
    end if;
    update chunk as c set nulled = '{}' where c.chunk_id = p_chunk and c.nulled <> '{}';
    perform assert_staged(v_chunk, p_slot, '_text', p_by_hand);
    for v_root in select r.* from source_roots(v_chunk.source_id) as r loop
        execute format('call %I.%I($1, $2, $3, null, null)', v_root.stage_schema,
            case v_visibility when 'load' then 'stage_build_' else 'stage_merge_' end || v_root.table_name)
        into v_some, v_root_rows using p_chunk, v_chunk.source_id, p_slot;
        v_filtered := v_filtered + v_some;
        v_rows := v_rows || v_root_rows;
    end loop;
    update chunk as c set filtered = v_filtered, rows = v_rows where c.chunk_id = p_chunk;
    return array(select distinct r.record from reject as r where r.chunk_id = p_chunk and r.raw is null);
end
$$;
comment on function loader.stage_chunk(bigint, bigint, integer, boolean) is
'Validates all-text staging tables: rejects records that do not fit, casts the others; returns the rejected records.';
