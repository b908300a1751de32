create or replace function loader.swap_in_tries(p_load bigint, p_gone oid[], p_until timestamptz, p_swap text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Runs a statement that locks relations (p_gone) ACCESS EXCLUSIVE and swaps them. Whenever this has to wait for another
-- lock, such as that of a table that a user's view also reads, everything is undone, so that readers can go on, and
-- tried again. Raises LD007 after p_until, and what the statement raises.
declare
    v_used oid[];
    v_notice timestamptz := clock_timestamp() + interval '1 second';
    v_before text := current_setting('lock_timeout');
begin
    loop
        v_used := swap_uses(p_gone);
        begin
            -- What is locked for long is found here, before readers have to wait: this locks tables for a moment.
            perform set_config('lock_timeout', '40ms', true);
            perform pg_relation_size(c.oid) from pg_class as c where c.oid = any (v_used);
            perform set_config('lock_timeout', v_before, true);
            execute p_swap;
            perform set_config('lock_timeout', v_before, true);
            return;
        exception
            when lock_not_available or deadlock_detected then null; -- all locks are released
        end;
        v_notice := await_locks(swap_locks(p_load, p_gone), 'access exclusive', p_until, v_notice, v_used);
    end loop;
end
$$;
comment on function loader.swap_in_tries(bigint, oid[], timestamptz, text) is
'Swaps relations as soon as this has to wait for no lock.';
