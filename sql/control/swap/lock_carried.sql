create or replace function loader.lock_carried(p_load bigint, p_gone oid[], p_come oid[], p_until timestamptz)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Gives relations (p_come) what users have set on those that they replace (p_gone), and locks all that the swap locks.
-- Waiting for readers may take minutes, in which users may change rights, indexes and more: whenever something has
-- changed by the time that the locks are held, they are released, and all is carried over again.
-- Raises LD007, LD008 (a relation was dropped, renamed or moved meanwhile). Writes the catalog, event.
declare
    v_state text;
    v_changing text;
    v_lost text;
begin
    if p_gone = '{}' then
        perform lock_for_swap(swap_locks(p_load, p_gone), p_until);
        return;
    end if;
    loop
        v_state := carried_state(p_gone);
        perform carry_indexes(p_gone, p_come);
        perform carry_settings(p_gone, p_come, p_load);
        perform refill_successors(p_gone, p_come);
        begin
            perform lock_for_swap(swap_locks(p_load, p_gone), p_until);
            v_changing := changing_rights(p_gone);
            exit when v_changing is null and carried_state(p_gone) = v_state;
            raise lock_not_available;
        exception
            when lock_not_available then null;
        end;
        select string_agg(p.table_name, ', ' order by p.position) into v_lost
        from publication as p
        where p.load_id = p_load and p.old_oid = any (p_gone) and not exists (
            select 1 from pg_class as c join load as l on l.load_id = p_load join dataset as d using (dataset)
            where c.oid = p.old_oid
                and (c.relkind = 'm' or c.oid = to_regclass(format('%I.%I', d.target_schema, p.table_name)))
        );
        if v_lost is not null then
            raise exception 'somebody has dropped, renamed or moved what is to be replaced: %', v_lost
                using errcode = 'LD008', hint = 'give the same command again: it looks for what is there now';
        elsif clock_timestamp() > p_until then
            raise exception 'the tables were changed while the publication waited: %',
                coalesce('rights, by ' || v_changing, 'again and again')
                using errcode = 'LD007', hint = 'let the sessions end that change them; then give the same command again';
        elsif v_changing is not null then
            raise notice 'rights on the tables are being changed: %', v_changing using errcode = 'LD007';
            perform pg_sleep(0.5);
        end if;
    end loop;
end
$$;
comment on function loader.lock_carried(bigint, oid[], oid[], timestamptz) is
'Carries over what users have set on relations, and locks these for a swap, so that no change of users is lost.';
