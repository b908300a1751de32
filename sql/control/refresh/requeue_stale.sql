create or replace function loader.requeue_stale(p_load bigint)
returns integer
language plpgsql
set search_path = loader, pg_temp
as $$
-- In a merge, "unchanged" is a decision although it writes nothing: if the newest version of a key equals the row from
-- before the load, no older version of the load may stay written over it. Two chunks that are merged at the same time
-- do not see each other. So, when all are done, the chunks that hold such winners are requeued; merged again, they
-- write them. With visibility load, the same happens to chunks with unchanged records whose rows somebody has deleted
-- since. Returns their number. Raises LD034. Writes chunk, reject, build, event.
declare
    v_load load;
    v_first bigint;
    v_root record;
    v_some bigint [];
    v_chunks bigint [] := '{}';
begin
    select l.* into v_load from load as l where l.load_id = p_load;
    select min(s.source_id) into v_first from source as s where s.load_id = p_load;
    for v_root in
        select d.stage_schema, e.table_name from load_roots(p_load) as e join dataset as d on d.dataset = v_load.dataset
    loop
        if v_load.visibility = 'load' then
            execute format('select %I.%I($1)', v_root.stage_schema, 'missing_' || v_root.table_name)
            into v_some using p_load;
        else
            perform assert_own_rows(p_load, v_root.table_name);
            execute format('select %I.%I($1, $2)', v_root.stage_schema, 'stale_' || v_root.table_name)
            into v_some using p_load, v_first;
        end if;
        v_chunks := v_chunks || v_some;
    end loop;
    if v_chunks = '{}' then
        return 0;
    end if;
    if v_load.visibility = 'load' then
        perform discard_stored(c.chunk_id) from chunk as c where c.chunk_id = any (v_chunks);
    end if;
    perform reset_chunks(v_chunks);
    perform log_event(
        'chunks_overtaken',
        format('%s chunks are merged again, because rows that equalled their records no longer exist',
            cardinality(v_chunks)),
        p_load
    );
    return cardinality(v_chunks);
end
$$;
comment on function loader.requeue_stale(bigint) is
'Requeues chunks whose unchanged records no longer equal the rows in the tables; returns the number of chunks.';
