create or replace function loader.lock_statement(p_relation oid, p_mode text)
returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    -- The statement that locks a relation and does nothing else. LOCK TABLE refuses materialized views, and for a view
    -- it locks its tables as well; changing their owner to the current one locks only them, always ACCESS EXCLUSIVE.
    select case
        when c.relkind in ('v', 'm') then format(
            'alter %s %s owner to %I', case c.relkind when 'v' then 'view' else 'materialized view' end,
            c.oid::regclass, pg_get_userbyid(c.relowner))
        else format('lock table only %s in %s mode', c.oid::regclass, p_mode)
    end
    from pg_class as c where c.oid = p_relation
$$;
comment on function loader.lock_statement(oid, text) is 'The statement that locks a relation in a mode.';
