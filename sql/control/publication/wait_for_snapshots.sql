create or replace function loader.wait_for_snapshots(p_load bigint, p_until timestamptz)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Waits until no session of this database uses a snapshot from before the last rewrite of a build: rewrites by ALTER
-- TABLE are not MVCC-safe, so such a session would see the published tables as empty. Every two seconds, a notice
-- (LD007) names the sessions that are waited for. Raises LD007 with these sessions once p_until has passed; 25001 in
-- the transaction of the rewrite itself, because sessions that begin to read before its commit would see empty tables,
-- too.
declare
    v_blockers text;
    v_notice timestamptz := clock_timestamp() + interval '1 second';
begin
    if exists (select 1 from load as l where l.load_id = p_load and l.built_xid = pg_current_xact_id_if_assigned()) then
        raise exception 'load % was built in this transaction, and is published in another one', p_load
            using errcode = '25001', hint = 'commit, then finish the load again';
    end if;
    loop
        v_blockers := snapshot_blockers(p_load);
        exit when v_blockers is null;
        if clock_timestamp() > p_until then
            raise exception 'sessions still read a state from before the new tables: %', v_blockers
                using errcode = 'LD007',
                    hint = 'let them end, or end them with pg_terminate_backend; then finish the load again';
        end if;
        if clock_timestamp() > v_notice then
            raise notice 'sessions read an older state: %', v_blockers using errcode = 'LD007';
            v_notice := clock_timestamp() + interval '2 seconds';
        end if;
        perform pg_sleep(0.1);
    end loop;
end
$$;
comment on function loader.wait_for_snapshots(bigint, timestamptz) is
'Waits until no session uses a snapshot from before the shadow tables were rewritten.';
