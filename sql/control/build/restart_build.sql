create or replace function loader.restart_build(p_load bigint)
returns boolean
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Starts again with empty shadow tables if a server crash has emptied them: drops what is left, and puts every chunk
-- back into the queue. Returns whether this was necessary. Many workers may call it at once; the first one does the
-- work.
-- The row of the load is locked so that foreign keys can still refer to it: a worker that rejects a record while it
-- merges a chunk needs that row, and this routine waits for the chunk. Chunks are locked before their attempts, in the
-- same order as by the routines that end a chunk.
-- Locks load, chunk. Writes load, chunk, chunk_attempt, reject, conflict, event, <root>_key_log, the build schema.
declare
    v_load load;
    v_stage text;
    v_root text;
begin
    select l.* into v_load from load as l where l.load_id = p_load for no key update;
    if not found or v_load.visibility <> 'load' or v_load.state <> 'open' then
        return false;
    end if;
    begin
        perform assert_build(p_load);
        return false;
    exception
        when sqlstate 'LD006' then
            null;  -- that is what this routine is for
    end;
    perform 1 from chunk as c where c.load_id = p_load order by c.chunk_id for no key update;
    update load as l set epoch = l.epoch + 1, resolved = false, expected_rows = null, conflicts = 0
        where l.load_id = p_load;
    delete from conflict as x where x.load_id = p_load;
    update chunk_attempt as a set ended_at = clock(), outcome = coalesce(a.outcome, 'expired'),
        error = 'the shadow tables were emptied'
    from chunk as c
    where c.load_id = p_load and c.state = 'leased' and a.chunk_id = c.chunk_id and a.attempt = c.attempt;
    perform reset_chunks(array(
        select c.chunk_id from chunk as c where c.load_id = p_load and c.state in ('done', 'leased')
    ));
    select d.stage_schema into v_stage from dataset as d where d.dataset = v_load.dataset;
    for v_root in select e.table_name from load_roots(p_load) as e loop
        -- The rows that these chunks found unchanged may change before the chunks are read again.
        execute format(
            'delete from %I.%I where chunk_id in (select c.chunk_id from loader.chunk as c where c.load_id = $1)',
            v_stage, v_root || '_key_log'
        )
        using p_load;
    end loop;
    execute format('call %I.create_build(%s)', v_stage, v_load.epoch + 1);
    perform grant_access();
    perform log_event(
        'build_lost', 'a server crash emptied the unlogged tables; all chunks are loaded again', p_load,
        p_level => 'warning'
    );
    return true;
end
$$;
comment on function loader.restart_build(bigint) is
'Starts again with empty shadow tables after a server crash; returns whether that was needed.';
