create or replace function loader.lock_statement(p_relation oid)
returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- The statement that locks a relation ACCESS EXCLUSIVE and does nothing else. LOCK TABLE refuses materialized
    -- views, and of a view it locks all tables as well; giving them to the owner that they have locks just them.
    select case
        when c.relkind in ('v', 'm') then format(
            'alter %s %s owner to %I', case c.relkind when 'v' then 'view' else 'materialized view' end,
            c.oid::regclass, pg_get_userbyid(c.relowner))
        else format('lock table only %s in access exclusive mode', c.oid::regclass)
    end
    from pg_class as c where c.oid = p_relation
$$;
comment on function loader.lock_statement(oid) is 'The statement that locks a relation ACCESS EXCLUSIVE.';
