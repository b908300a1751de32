create or replace function loader.snapshot_blockers(p_load bigint)
returns text
language plpgsql
set search_path = loader, pg_temp
as $$
-- Sessions that may still use a snapshot from before the last rewrite of a build, as text for people; null if there is
-- none, or if nothing that they could read is replaced. They are those of this database, and those on standbys that
-- report them (hot_standby_feedback), by the connection of the standby or its replication slot.
declare
    -- A transaction that is still to come is one of another server, from which the database was restored.
    v_age integer := (
        select age(l.built_xid::xid) from load as l
        where l.load_id = p_load and l.built_xid < pg_snapshot_xmax(pg_current_snapshot())
    );
begin
    perform pg_stat_clear_snapshot();
    return (
        select string_agg(b.line, '; ' order by b.since, b.line)
        from (
            select
                format('pid %s (%s, %s%s)', a.pid, a.usename, coalesce(nullif(a.application_name, ''), 'no name'), case
                    when a.datid is not null then to_char(a.xact_start, '", in a transaction since" YYYY-MM-DD HH24:MI:SS')
                    when a.pid in (select r.pid from pg_stat_replication as r) then ', for readers on a standby'
                end),
                a.xact_start
            from pg_stat_activity as a
            where (a.datname = current_database() or a.datid is null) and a.pid <> pg_backend_pid()
                and a.backend_type is distinct from 'autovacuum worker' and age(a.backend_xmin) >= v_age
            union all
            select format('replication slot %s, for readers on a standby', s.slot_name), null
            from pg_replication_slots as s where s.slot_type = 'physical' and age(s.xmin) >= v_age
        ) as b (line, since)
    );
end
$$;
comment on function loader.snapshot_blockers(bigint) is
'Sessions that may still use a snapshot from before the shadow tables were rewritten; null if there is none.';
