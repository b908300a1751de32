create or replace function loader.lock_at_once(p_relations oid[], p_mode text default 'access exclusive')
returns oid
language plpgsql
set search_path = loader, pg_temp
as $$
-- Locks relations ACCESS EXCLUSIVE, or in another mode (p_mode), all or none. Waits 40 ms at most for a lock, and lasts
-- 40 ms at most plus half a millisecond per relation, so that no reader waits longer for it. Returns null, or, if no
-- lock was taken, the relation that was in use. The caller puts this one first in its next try: new sessions then wait
-- there without other locks, and those in transactions can end.
declare
    v_relation oid;
    v_end timestamptz := clock_timestamp() + make_interval(secs => 0.04 + 0.0005 * cardinality(p_relations));
    v_left integer;
    v_before text := current_setting('lock_timeout');
begin
    foreach v_relation in array p_relations loop
        v_left := least(40, ceil(extract(epoch from v_end - clock_timestamp()) * 1000));
        if v_left <= 0 then
            raise lock_not_available;
        end if;
        perform set_config('lock_timeout', v_left::text, true);
        execute coalesce(lock_statement(v_relation, p_mode), 'select'); -- it may have been dropped
    end loop;
    perform set_config('lock_timeout', v_before, true);
    return null;
exception
    when lock_not_available or deadlock_detected or undefined_table then
        return v_relation; -- all locks are released now
end
$$;
comment on function loader.lock_at_once(oid[], text) is
'Tries to lock relations, all or none, within 40 ms; returns the one that was in use, or null.';
