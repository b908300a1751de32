create or replace function loader.lock_for_swap(p_relations oid[], p_until timestamptz)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Locks relations ACCESS EXCLUSIVE, all or none. A try lasts 40 ms at most, so that no reader waits longer for us;
-- then we let go and try again after a random pause. Raises LD007 with the sessions in the way after p_until.
declare
    v_relation oid;
    v_end timestamptz;
    v_left integer;
    v_blockers text;
    v_before text := current_setting('lock_timeout');
begin
    loop
        begin
            v_end := clock_timestamp() + interval '40 milliseconds';
            foreach v_relation in array p_relations loop
                v_left := ceil(extract(epoch from v_end - clock_timestamp()) * 1000);
                if v_left <= 0 then
                    raise lock_not_available;
                end if;
                perform set_config('lock_timeout', v_left::text, true);
                execute format('lock table %s in access exclusive mode', v_relation::regclass);
            end loop;
            perform set_config('lock_timeout', v_before, true);
            return;
        exception
            when lock_not_available or deadlock_detected then
                null;  -- try again below; what was locked so far is free again
        end;
        perform pg_stat_clear_snapshot();
        if clock_timestamp() > p_until then
            select string_agg(distinct format('pid %s (%s)', a.pid, a.usename), ', ') into v_blockers
            from pg_locks as l join pg_stat_activity as a on a.pid = l.pid
            where l.locktype = 'relation' and l.relation = any (p_relations) and l.granted and l.pid <> pg_backend_pid()
                and l.database = (select d.oid from pg_database as d where d.datname = current_database());
            raise exception 'the tables stayed in use: %', coalesce(v_blockers, 'by changing sessions')
                using errcode = 'LD007', hint = 'let them end, or end them with pg_terminate_backend; then finish the load again';
        end if;
        perform pg_sleep(0.05 + random() * 0.3);
    end loop;
end
$$;
comment on function loader.lock_for_swap(oid[], timestamptz) is
'Locks relations for a swap, all or none, in tries of 40 ms so that no reader waits longer.';
