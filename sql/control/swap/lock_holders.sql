create or replace function loader.lock_holders(p_relations oid[], p_mode text default 'access exclusive')
returns text
language plpgsql
set search_path = loader, pg_temp
as $$
-- The other sessions that hold a lock on one of the relations, or on an object of another kind, that is in the way of
-- another lock (p_mode: access exclusive, share row exclusive, share update exclusive, row exclusive, access share),
-- and prepared transactions that hold any, as text for people; null if there is none.
begin
    perform pg_stat_clear_snapshot();
    return (
        select string_agg(h.holder, '; ')
        from (
            select distinct
                format('pid %s (%s, %s)', a.pid, a.usename, coalesce(nullif(a.application_name, ''), 'no name')) as holder
            from pg_locks as l
            join pg_stat_activity as a on a.pid = l.pid
            where l.pid <> pg_backend_pid() and (
                l.locktype = 'object' and l.objid = any (p_relations)
                or l.locktype = 'relation' and l.relation = any (p_relations) and case p_mode
                    when 'access exclusive' then l.granted
                    when 'share update exclusive' then l.granted and l.mode ~ '^(Share.*|Exclusive|AccessExclusive)Lock$'
                    when 'share row exclusive' then l.granted and l.mode !~ '^(Access|Row)ShareLock$'
                    when 'access share' then l.mode = 'AccessExclusiveLock' -- also one that waits, as ours would behind it
                    else l.granted and l.mode ~ '^(Share(RowExclusive)?|Exclusive|AccessExclusive)Lock$'
                end)
                and l.database = (select d.oid from pg_database as d where d.datname = current_database())
            union all
            select * from prepared_holders(p_relations)
        ) as h
    );
end
$$;
comment on function loader.lock_holders(oid[], text) is
'Sessions and prepared transactions whose locks on relations are in the way; null when there is none.';
