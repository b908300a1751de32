create or replace function loader.validate_dependents(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- After a publication or a revert: validates users' foreign keys that were valid before, and the loader's own where
-- they are enforced; fills users' statistics objects. A user's key that no longer holds stays NOT VALID and is
-- reported. Writes dependent, event.
declare
    v_dataset dataset;
    v_item dependent;
    v_table regclass;
begin
    select d.* into v_dataset from dataset as d join load as l using (dataset) where l.load_id = p_load;
    for v_item in
        select d.* from dependent as d where d.load_id = p_load and d.kind = 'foreign key' and d.state = 'carried'
            and d.definition like '% not valid'  -- in lower case ours, in upper case the user's own
    loop
        begin
            execute regexp_replace(
                v_item.definition, ' add constraint (.*?) FOREIGN KEY .*$', E' validate constraint \\1', 'i'
            );
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
