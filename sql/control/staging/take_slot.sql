create or replace function loader.take_slot(p_dataset text)
returns integer
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Gives the session a staging slot of its own until it ends (a session advisory lock), and creates its partitions,
-- except those for text staging, which prepare_slot creates when they are needed. Slot 0 is left to users who stage
-- rows themselves.
begin
    for v_slot in 1 .. 999 loop
        if pg_try_advisory_lock(hashtext('loader.slot ' || p_dataset), v_slot) then
            perform prepare_slot(p_dataset, v_slot, p_text => false);
            perform clear_slot(p_dataset, v_slot);
            return v_slot;
        end if;
    end loop;
    raise exception 'all 999 staging slots of % are taken', p_dataset using errcode = 'LD013';
end
$$;
comment on function loader.take_slot(text) is 'Gives the session a staging slot of its own until it ends.';
