create or replace function loader.prepared_holders(p_relations oid[])
returns setof text
language sql
set search_path = loader, pg_temp
as $$
    -- Prepared transactions (of a two-phase commit) that hold a lock on one of the relations, as text for people. They
    -- have no session that could be ended.
    select format('prepared transaction %L (%s, since %s)', x.gid, x.owner, to_char(x.prepared, 'YYYY-MM-DD HH24:MI:SS'))
    from pg_prepared_xacts as x
    where x.database = current_database() and exists (
        select 1 from pg_locks as t
        join pg_locks as l on l.virtualtransaction = t.virtualtransaction
        where t.pid is null and t.locktype = 'transactionid' and t.transactionid = x.transaction
            and l.pid is null and l.locktype = 'relation' and l.relation = any (p_relations)
            and l.database = (select d.oid from pg_database as d where d.datname = current_database())
    )
    order by x.prepared, x.gid
$$;
comment on function loader.prepared_holders(oid[]) is 'Prepared transactions that hold a lock on relations.';
