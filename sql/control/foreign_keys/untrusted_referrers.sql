create or replace function loader.untrusted_referrers(p_tables oid[])
returns oid[]
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- Other tables with foreign keys to these, and all that inherit from them, if their owners lack the rights of the
    -- current role, and it may lock them. Reads the catalogs.
    with recursive family as (
        select f.conrelid as oid from pg_constraint as f
        where f.contype = 'f' and f.confrelid = any (p_tables) and f.conrelid <> all (p_tables)
        union
        select i.inhrelid from family as p join pg_inherits as i on i.inhparent = p.oid
    )
    select array(
        select c.oid from family as f join pg_class as c using (oid)
        where not pg_has_role(c.relowner, current_user, 'usage') and c.relkind in ('r', 'p')
            and has_table_privilege(c.oid, 'update, delete, truncate')
        order by c.oid
    )
$$;
comment on function loader.untrusted_referrers(oid[]) is
'Tables with foreign keys to others, and their heirs, whose owners lack the rights of the current role.';
