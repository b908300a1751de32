create or replace function loader.validate_dependents(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- After a publication: validates users' foreign keys that came back NOT VALID, and the loader's own where they are
-- enforced; drops the old version where it is not to be kept. A user's key that no longer holds stays NOT VALID and
-- is reported. Writes dependent, event.
declare
    v_dataset dataset;
    v_item dependent;
begin
    select d.* into v_dataset from dataset as d join load as l using (dataset) where l.load_id = p_load;
    for v_item in
        select d.* from dependent as d where d.load_id = p_load and d.kind = 'foreign key' and d.state = 'carried'
    loop
        begin
            execute regexp_replace(v_item.definition, ' add constraint (.*?) FOREIGN KEY .*$', ' validate constraint \1', 'i');
            update dependent as d set state = 'validated' where d.load_id = p_load and d.position = v_item.position;
        exception
            when foreign_key_violation then
                update dependent as d set state = 'failed', error = sqlerrm
                where d.load_id = p_load and d.position = v_item.position;
                perform log_event(
                    'foreign_key_broken', format('%s no longer holds and stays NOT VALID: %s', v_item.identity, sqlerrm), p_load,
                    p_level => 'error'
                );
        end;
    end loop;
    perform validate_own_foreign_keys(v_dataset.dataset);
    if v_dataset.settings ->> 'keep_old' = 'false' then
        perform drop_old_version(v_dataset.dataset);
    end if;
end
$$;
comment on function loader.validate_dependents(bigint) is
'Validates users'' foreign keys after a publication; reports those that no longer hold.';
