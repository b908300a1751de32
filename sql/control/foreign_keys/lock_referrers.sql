create or replace function loader.lock_referrers(p_tables oid[])
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Locks tables of others with foreign keys to these, and all that inherit from them, SHARE UPDATE EXCLUSIVE: until the
-- transaction ends, nobody can add an index, constraint or heir there whose code would run when they are read
-- (list_foreign_code). Neither readers nor writers wait. The caller has locked p_tables ROW EXCLUSIVE, so that nobody
-- adds a key.
declare
    v_locked oid[] := '{}';
    v_others oid[];
    v_relation oid;
begin
    -- By index, which costs nothing where there is no key.
    if not exists (select from pg_trigger as t where t.tgrelid = any (p_tables) and t.tgconstraint <> 0) then
        return;
    end if;
    loop
        v_others := untrusted_referrers(p_tables);
        exit when v_others <@ v_locked;
        foreach v_relation in array v_others loop
            execute lock_statement(v_relation, 'share update exclusive');
        end loop;
        v_locked := v_others;
    end loop;
end
$$;
comment on function loader.lock_referrers(oid[]) is
'Locks tables with foreign keys to others, so that nobody adds code there that would run when they are read.';
