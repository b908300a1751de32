create or replace function loader.recreate_dependents(p_load bigint, p_items loader.dependent[])
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Creates again, on the successors, what loader.drop_dependents recorded. Foreign keys are created NOT VALID, because
-- validating reads all rows; loader.validate_dependents does that after the publication.
-- Raises LD008 naming the view that no longer fits. Writes dependent.
declare
    v_item dependent;
begin
    delete from dependent as d where d.load_id = p_load;
    -- One subtransaction for all of them, because readers wait for it.
    begin
        foreach v_item in array p_items loop
            execute v_item.definition;
        end loop;
    exception
        when lock_not_available or deadlock_detected then raise;
        when others then
            raise exception 'the % % does not fit the new tables: %', v_item.kind, v_item.identity, sqlerrm
                using errcode = 'LD008', hint = 'drop or change it, then give the same command again';
    end;
    insert into dependent select i.* from unnest(p_items) as i;
end
$$;
comment on function loader.recreate_dependents(bigint, loader.dependent[]) is
'Creates users'' views, foreign keys and statistics objects again on the new tables.';
