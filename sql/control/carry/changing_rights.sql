create or replace function loader.changing_rights(p_relations oid[])
returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- The other sessions, and prepared transactions, that have changed rights on relations and have not committed, as
    -- text for people; null if there is none. GRANT and REVOKE lock only rows of the catalog, so such a transaction does
    -- not show in the locks of the relation. Reads the catalogs.
    with changed as (
        select c.xmax from pg_class as c where c.oid = any (p_relations)
        union
        select a.xmax from pg_attribute as a where a.attrelid = any (p_relations)
    )
    select string_agg(distinct coalesce(
        format('pid %s (%s, %s)', a.pid, a.usename, coalesce(nullif(a.application_name, ''), 'no name')),
        'a prepared transaction'
    ), '; ')
    from changed as c
    join pg_locks as l on l.locktype = 'transactionid' and l.transactionid = c.xmax and l.granted
        and l.pid is distinct from pg_backend_pid()
    left join pg_stat_activity as a on a.pid = l.pid
$$;
comment on function loader.changing_rights(oid[]) is
'Sessions that are changing rights on relations and have not committed yet; null if there is none.';
