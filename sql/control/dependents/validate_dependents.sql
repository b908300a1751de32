create or replace function loader.validate_dependents(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- After a publication or a revert: validates users' foreign keys that were valid before, and the loader's own where
-- they are enforced; fills users' statistics objects. A user's key that no longer holds stays NOT VALID and is
-- reported, and so is one that cannot be validated without running code of others as the current role. Writes
-- dependent, event.
declare
    v_dataset dataset;
    v_item record;
    v_table regclass;
    v_code text;
begin
    select d.* into v_dataset from dataset as d join load as l using (dataset) where l.load_id = p_load;
    for v_item in
        select d.position, d.identity, k.conname, k.conrelid
        from dependent as d
        join pg_constraint as k on k.contype = 'f'
        join pg_class as c on c.oid = k.conrelid
        join pg_namespace as n on n.oid = c.relnamespace
            and d.identity = format('%I on %I.%I', k.conname, n.nspname, c.relname)
        where d.load_id = p_load and d.kind = 'foreign key' and d.state = 'carried'
            and d.definition like '% not valid'  -- in lower case ours, in upper case the user's own
    loop
        begin
            -- Until the end of the transaction, nobody can add an index or statistics object.
            v_table := v_item.conrelid;
            execute format('lock table %s in share update exclusive mode', v_table);
            select string_agg(l.line, ', ' order by l.line) into v_code from list_foreign_code(v_table) as l (line);
            if v_code is not null then
                v_code := format('to validate it would run code of others as %I: %s', current_user, v_code);
                update dependent as d set state = 'failed', error = v_code
                where d.load_id = p_load and d.position = v_item.position;
                perform log_event(
                    'foreign_key_unchecked', format('%s stays NOT VALID: %s', v_item.identity, v_code), p_load,
                    p_level => 'warning'
                );
                continue;
            end if;
            execute format('alter table %s validate constraint %I', v_table, v_item.conname);
            update dependent as d set state = 'validated' where d.load_id = p_load and d.position = v_item.position;
        exception
            when foreign_key_violation then
                update dependent as d set state = 'failed', error = sqlerrm
                where d.load_id = p_load and d.position = v_item.position;
                perform log_event(
                    'foreign_key_broken',
                    format('%s no longer holds and stays NOT VALID: %s', v_item.identity, sqlerrm),
                    p_load,
                    p_level => 'error'
                );
        end;
    end loop;
    perform validate_own_foreign_keys(p_load);
    for v_table in
        select distinct s.stxrelid::regclass from publication_moves(p_load, v_dataset.old_schema) as m
        join pg_statistic_ext as s on s.stxrelid = m.old_oid
    loop
        execute format('analyze %s', v_table);
    end loop;
end
$$;
comment on function loader.validate_dependents(bigint) is
'Validates users'' foreign keys after a publication; reports those that no longer hold.';
