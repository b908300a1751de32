create or replace function loader.lock_for_swap(
    p_relations oid[], p_until timestamptz, p_mode text default 'access exclusive'
)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Locks relations ACCESS EXCLUSIVE, or in another mode (p_mode), all or none. An attempt waits 40 ms at most for a lock,
-- and lasts 40 ms at most plus half a millisecond per relation, so that no reader waits longer for it; then all locks
-- are released, and the next attempt follows after a random pause (await_locks). Raises LD007 after p_until.
declare
    v_relation oid;
    v_order oid [] := p_relations;
    v_end timestamptz;
    v_left integer;
    v_notice timestamptz := clock_timestamp() + interval '1 second';
    v_before text := current_setting('lock_timeout');
begin
    loop
        begin
            v_end := clock_timestamp() + make_interval(secs => 0.04 + 0.0005 * cardinality(v_order));
            foreach v_relation in array v_order loop
                v_left := least(40, ceil(extract(epoch from v_end - clock_timestamp()) * 1000));
                if v_left <= 0 then
                    raise lock_not_available;
                end if;
                perform set_config('lock_timeout', v_left::text, true);
                execute coalesce(lock_statement(v_relation, p_mode), 'select'); -- it may have been dropped
            end loop;
            perform set_config('lock_timeout', v_before, true);
            return;
        exception
            when lock_not_available or deadlock_detected or undefined_table then
                -- All locks are released now. The next attempt begins with the relation that was in use: new sessions
                -- then wait there without other locks, and those in transactions can end.
                v_order := v_relation || array_remove(v_order, v_relation);
        end;
        v_notice := await_locks(p_relations, p_mode, p_until, v_notice);
    end loop;
end
$$;
comment on function loader.lock_for_swap(oid[], timestamptz, text) is
'Locks relations for a swap, all or none, in tries of 40 ms so that no reader waits longer.';
