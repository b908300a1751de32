create or replace function loader.snapshot_blockers(p_load bigint)
returns text
language plpgsql
set search_path = loader, pg_temp
as $$
-- Sessions of this database that may still use a snapshot from before the last rewrite of a build, as text for people;
-- null if there is none, or if nothing that they could read is replaced.
declare
    v_xid xid8;
begin
    select l.built_xid into v_xid from load as l where l.load_id = p_load;
    perform pg_stat_clear_snapshot();
    return (
        select string_agg(
            format('pid %s (%s, %s%s)', a.pid, a.usename, coalesce(nullif(a.application_name, ''), 'no name'),
                to_char(a.xact_start, '", in a transaction since" YYYY-MM-DD HH24:MI:SS')),
            '; ' order by a.xact_start, a.pid
        )
        from pg_stat_activity as a
        where a.datname = current_database() and a.pid <> pg_backend_pid()
            and a.backend_xmin is not null and a.backend_type is distinct from 'autovacuum worker'
            and age(a.backend_xmin) >= age(v_xid::xid)
    );
end
$$;
comment on function loader.snapshot_blockers(bigint) is
'Sessions that may still use a snapshot from before the shadow tables were rewritten; null if there is none.';
