create or replace function loader.wait_for_snapshots(p_load bigint, p_until timestamptz)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Waits until nobody in this database reads a snapshot from before the last rewrite of a build: ALTER TABLE rewrites
-- are not MVCC-safe, such a reader would see the published tables as empty.
-- Raises LD007 with the sessions that are in the way, once p_until has passed.
declare
    v_xid xid8;
    v_blockers text;
begin
    select l.built_xid into v_xid from load as l where l.load_id = p_load;
    loop
        perform pg_stat_clear_snapshot();
        select string_agg(format('pid %s (%s, %s, since %s)', a.pid, a.usename, coalesce(nullif(a.application_name, ''), 'no name'),
            to_char(a.xact_start, 'YYYY-MM-DD HH24:MI:SS')), '; ' order by a.xact_start) into v_blockers
        from pg_stat_activity as a
        where a.datname = current_database() and a.pid <> pg_backend_pid()
            and a.backend_xmin is not null and a.backend_type <> 'autovacuum worker'
            and age(a.backend_xmin) >= age(v_xid::xid);
        exit when v_blockers is null;
        if clock_timestamp() > p_until then
            raise exception 'sessions still read a state from before the new tables: %', v_blockers
                using errcode = 'LD007', hint = 'let them end, or end them with pg_terminate_backend; then finish the load again';
        end if;
        perform pg_sleep(0.1);
    end loop;
end
$$;
comment on function loader.wait_for_snapshots(bigint, timestamptz) is
'Waits until nobody reads a snapshot from before the last rewrite of a build.';
