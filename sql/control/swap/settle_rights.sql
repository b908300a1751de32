create or replace function loader.settle_rights(p_relations oid[])
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- From here on until the transaction ends, a GRANT or REVOKE on columns of relations waits, and then fails (tuple
-- concurrently updated), instead of changing what has just been replaced. Before PostgreSQL 18, these statements lock
-- only rows of pg_attribute, which a swap does not write; so the owner's right on each column is granted and revoked,
-- which takes a millisecond for 100 columns. Raises 55P03 if another session has changed such a row meanwhile.
declare
    v_relation record;
begin
    if current_setting('server_version_num')::integer >= 180000 then
        return;  -- GRANT waits for the lock of the relation, and is then about the new one
    end if;
    for v_relation in
        select
            c.oid::regclass as name, c.relowner::regrole as owner,
            string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
        from pg_class as c join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.oid = any (p_relations)
        group by c.oid
    loop
        execute format('grant select (%s) on %s to %s', v_relation.columns, v_relation.name, v_relation.owner);
        execute format('revoke select (%s) on %s from %s', v_relation.columns, v_relation.name, v_relation.owner);
    end loop;
exception
    when internal_error then
        raise lock_not_available;
end
$$;
comment on function loader.settle_rights(oid[]) is
'Makes GRANT and REVOKE on columns of relations wait until the transaction ends, and then fail.';
