create or replace function loader.alter_in_tries(
    p_relations oid[], p_statement text, p_until timestamptz, p_used oid[] default '{}',
    p_mode text default 'access exclusive'
)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Locks relations as a swap does, in a mode (p_mode), and runs statements that change them. Whenever a relation is in
-- use, or a statement has to wait for another lock, such as that of a schema in which somebody is creating something,
-- everything is undone, so that readers can go on, and tried again. p_used: the OIDs of other objects that the
-- statements lock. Raises LD007 after p_until, and what the statements raise. Locks the relations until the transaction
-- ends.
declare
    v_order oid [] := p_relations;
    v_busy oid;
    v_notice timestamptz := clock_timestamp() + interval '1 second';
    v_before text := current_setting('lock_timeout');
begin
    loop
        begin
            v_busy := lock_at_once(v_order, p_mode);
            if v_busy is null then
                perform set_config('lock_timeout', '40ms', true);
                execute p_statement;
                perform set_config('lock_timeout', v_before, true);
                return;
            end if;
        exception
            when lock_not_available or deadlock_detected then null; -- all locks are released
        end;
        v_order := array_remove(v_busy || array_remove(v_order, v_busy), null);
        v_notice := await_locks(p_relations, p_mode, p_until, v_notice, p_used);
    end loop;
end
$$;
comment on function loader.alter_in_tries(oid[], text, timestamptz, oid[], text) is
'Locks relations and changes them as soon as this has to wait for no other lock.';
