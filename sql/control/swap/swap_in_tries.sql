create or replace function loader.swap_in_tries(
    p_load bigint, p_gone oid[], p_come oid[], p_until timestamptz, p_swap text
)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Gives relations (p_come) what users have set on those that they replace (p_gone), locks both, and runs a statement
-- that swaps them. Whenever a relation is in use, or the statement would have to wait for another lock, such as that of
-- a table that a user's view also reads, all is undone, so that readers can go on, and tried again. Waiting may take
-- minutes, in which users may change rights, indexes and more: what has changed by the time that the locks are held is
-- carried over before the next try. Raises LD007 after p_until (to carry does not count as waiting), LD008 (also when a
-- relation was dropped, renamed or moved), and what the statement raises. Writes the catalog, event.
declare
    v_names text[] := array(select g.oid::regclass::text from unnest(p_gone) as g (oid));
    v_lost text;
    v_state text;
    v_locks oid[];
    v_used oid[];
    v_busy oid;
    v_begun timestamptz;
    v_notice timestamptz := clock_timestamp() + interval '1 second';
    v_before text := current_setting('lock_timeout');
begin
    loop
        if v_locks is null or carried_state(p_gone) is distinct from v_state then
            v_begun := clock_timestamp();
            select string_agg(g.name, ', ') into v_lost
            from unnest(p_gone, v_names) as g (oid, name)
            where not exists (
                select 1 from pg_class as c where c.oid = g.oid and (c.relkind = 'm' or c.oid::regclass::text = g.name)
            );
            if v_lost is not null then
                raise exception 'somebody has dropped, renamed or moved what is to be replaced: %', v_lost
                    using errcode = 'LD008', hint = 'give the same command again: it looks for what is there now';
            end if;
            v_state := carried_state(p_gone);
            perform carry_indexes(p_gone, p_come);
            perform carry_settings(p_gone, p_come, p_load);
            perform refill_successors(p_gone, p_come);
            v_locks := p_come || swap_locks(p_load, p_gone);
            v_used := swap_uses(p_gone);
            p_until := p_until + (clock_timestamp() - v_begun);
        end if;
        begin
            -- What is locked for long is found here, before readers have to wait: this locks tables for a moment.
            perform set_config('lock_timeout', '40ms', true);
            perform pg_relation_size(c.oid) from pg_class as c where c.oid = any (v_used);
            v_busy := lock_at_once(v_locks);
            if v_busy is null and changing_rights(p_gone) is null and carried_state(p_gone) is not distinct from v_state then
                execute p_swap;
                perform set_config('lock_timeout', v_before, true);
                return;
            end if;
            raise lock_not_available;
        exception
            when lock_not_available or deadlock_detected then null; -- all locks are released
        end;
        v_locks := array_remove(v_busy || array_remove(v_locks, v_busy), null);
        v_notice := await_locks(v_locks, 'access exclusive', p_until, v_notice, v_used);
    end loop;
end
$$;
comment on function loader.swap_in_tries(bigint, oid[], oid[], timestamptz, text) is
'Carries over what users have set on relations, and swaps these as soon as this has to wait for no lock.';
