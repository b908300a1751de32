create or replace procedure loader.finish_load(p_load bigint)
language plpgsql
set search_path = loader, pg_temp
set plan_cache_mode = force_generic_plan
as $$
-- Takes a load one transaction closer to its end. Call it, each time in a transaction of its own, until loader.load
-- says done. A merge takes one call: it makes all its changes visible at once (apply_load), or has made them visible
-- chunk by chunk; then chunks may have to be merged again first (requeue_stale). A replace takes two: the first removes
-- superseded versions, makes the new tables durable, with keys and indexes, and records what they change (state built);
-- the second publishes them. They need two transactions because a session with a snapshot from before the rewrite would
-- see empty tables. A further call validates users' foreign keys.
-- Raises LD005 (something is not done), LD006, LD007, LD008, LD009, LD011, LD012, LD015, LD017, LD020, LD031, LD034,
-- LD037. Locks load.
declare
    v_load load;
begin
    perform assert_read_committed();
    select l.* into v_load from load as l where l.load_id = p_load for update;
    if not found then
        raise exception 'there is no load %', p_load using errcode = 'LD013';
    end if;
    if v_load.state in ('open', 'built') then
        if v_load.mode = 'merge' then
            perform assert_intact(v_load.dataset);
        end if;
        perform assert_not_from_elsewhere(v_load.dataset);
        perform assert_room(v_load.dataset);
        perform assert_mergeable(v_load.dataset, '{}');
    end if;
    case
        when v_load.state = 'open' and v_load.mode = 'merge' then
            perform assert_complete(p_load);
            if requeue_stale(p_load) > 0 then
                raise notice 'some chunks are to be merged again; then finish load % again', p_load;
            else
                if v_load.visibility = 'load' then
                    perform apply_load(p_load);
                else
                    perform remove_absent_after_chunks(p_load);
                end if;
                perform correct_merge(p_load);
                perform close_load(p_load);
                perform clear_decisions(v_load.dataset);
                perform forget_superseded(p_load);
            end if;
        when v_load.state = 'open' then
            perform assert_complete(p_load);
            perform assert_build(p_load);
            perform resolve_build(p_load);
            perform build_tables(p_load);
            perform record_replacement(p_load);
            perform prepare_publication(p_load);
            update load as l set state = 'built', built_xid = pg_current_xact_id() where l.load_id = p_load;
        when v_load.state = 'built' then
            perform publish(p_load);
        when v_load.state = 'done' then
            perform validate_dependents(p_load);
            if v_load.mode = 'replace' and v_load.settings ->> 'keep_old' = 'false' then
                perform drop_old_version(v_load.dataset);
            end if;
            if v_load.mode = 'merge' then
                perform drop_build(v_load.dataset);
            end if;
        else
            raise exception 'load % has %', p_load, v_load.state using errcode = 'LD005', detail = v_load.error;
    end case;
end
$$;
comment on procedure loader.finish_load(bigint) is -- noqa: LT01
'Takes a load one transaction closer to its end: it applies, builds, publishes or validates.';
